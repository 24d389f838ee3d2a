"""Who to look at: where each subject is at each time step, and the crops that follow it."""
