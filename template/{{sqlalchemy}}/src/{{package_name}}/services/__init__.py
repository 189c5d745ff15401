"""What the application does, a module for each subject; the endpoints are around it."""
