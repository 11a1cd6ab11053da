"""Communities: opening them, their members, and what a viewer may know of them."""
