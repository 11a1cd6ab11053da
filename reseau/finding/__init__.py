"""Finding: search, feed, experts and questions alike, all through the read gate."""
