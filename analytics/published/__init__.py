"""What was published: cells as they are read, and the record of earlier publications."""
