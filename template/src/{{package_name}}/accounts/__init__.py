"""Users, tokens and authentication."""
