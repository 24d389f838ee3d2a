"""What people saw and when: bouts, the files they stand in, and their frames."""
