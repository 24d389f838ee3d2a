"""What predictions leave behind, as files that any part of the package reads."""
