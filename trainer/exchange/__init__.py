"""Cards from other programs, and cards for them."""
