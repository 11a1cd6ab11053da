"""Loading: records become members, communities and contents, a batch at a time."""
