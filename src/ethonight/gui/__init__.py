"""The window: the workspace's videos, their settings files and what became of them."""
