"""Slack: commands, mentions, messages and buttons, over HTTP or Socket Mode. Slack's libraries stay in this folder."""

from bots.platforms.slack.adapter import Slack

platform = Slack()
