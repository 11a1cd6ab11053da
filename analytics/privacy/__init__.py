"""Privacy: what may be told of few people, and what subtraction must not tell."""
