"""Resources, with their external data."""
