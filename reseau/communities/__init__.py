"""Communities: opening them, who belongs to them, and what a viewer may know of them."""
