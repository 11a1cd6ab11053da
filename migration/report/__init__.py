"""What a run did, in words."""
