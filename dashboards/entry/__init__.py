"""Entry: the login and the checks between a browser and a page."""
