"""Users, tokens, and who is signed in."""
