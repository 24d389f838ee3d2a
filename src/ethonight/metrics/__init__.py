"""How well bouts and scores agree with what a person marked, and how sure that is."""
