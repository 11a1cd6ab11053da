"""Command lines of this package: chat, doctor, administrators, and the pages made from verbs."""
