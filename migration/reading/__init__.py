"""Reading inputs: files, folders and archives become records."""
