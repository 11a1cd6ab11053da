"""Contents: publishing and changing them, threads, tags, reactions, thanks, files, drafts."""
