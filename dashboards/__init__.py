"""Shows: one Dash application made of pages, which read published cubes and nothing else."""
