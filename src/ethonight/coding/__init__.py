"""A coder's live work on one video: every change is on the disk before it counts, and can be undone."""
