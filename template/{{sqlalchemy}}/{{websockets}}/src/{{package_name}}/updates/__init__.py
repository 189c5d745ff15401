"""Live events for clients that are signed in."""
