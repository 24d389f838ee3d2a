"""What to look at, what to compute and how to learn, as frozen values read from settings files. Nothing heavy."""
