"""The audience of a text: the place that it goes to, and people with some attributes."""
