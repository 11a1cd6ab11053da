"""The mirror: what is written in a community stands in its linked channels, and the other way round."""
