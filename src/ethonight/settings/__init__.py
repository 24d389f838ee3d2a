"""Settings files: reading them, finding them, repairing the paths in them, and the recordings they belong to."""
