"""Channels of chat tools linked to communities: links, what must be told to them, and what stands in them."""
