"""The runner: starts jobs one at a time per GPU, watches them, judges them, and survives its own death."""
