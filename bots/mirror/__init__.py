"""The mirror: contents of a community are posted in its linked channels, and the other way round."""
