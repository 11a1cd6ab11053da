"""Entry: what stands between a browser and a page."""
