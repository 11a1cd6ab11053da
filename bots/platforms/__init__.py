"""The platforms, one file or folder each; a tool's own library is imported in its folder and nowhere else."""
