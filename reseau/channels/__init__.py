"""Channels of chat tools linked to communities: links, deliveries to them, and messages in them."""
