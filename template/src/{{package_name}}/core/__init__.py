"""Code that all subjects use; it imports none of them."""
