"""Videos: whether they can be used, their frames, and the time of each frame."""
