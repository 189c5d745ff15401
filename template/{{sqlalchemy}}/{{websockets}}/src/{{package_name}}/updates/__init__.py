"""Events, as they happen, for clients that are signed in."""
