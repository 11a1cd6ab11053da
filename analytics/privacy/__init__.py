"""Privacy: what may be published about few people, and what subtraction must not reveal."""
