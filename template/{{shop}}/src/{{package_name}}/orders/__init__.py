"""Products, orders of them, and payments."""
