"""The verbs, one file each: a file offers ``command``, a :class:`bots.command.Command`."""
