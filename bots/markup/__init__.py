"""The network's own text, Markdown, as each platform shows it: read into one small tree, written by a renderer each."""
