"""Talks: platforms, commands and cards. Slack's words stay in ``platforms/slack``, Teams' in ``platforms/teams``."""
