"""The temporal model: scores per class and time step from features, and bouts from scores."""
