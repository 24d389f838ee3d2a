"""One vector per subject and time step, computed once and cached."""
