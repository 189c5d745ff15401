"""Users and their addresses; registering, signing in."""
