"""The page: marking and reviewing bouts in the browser. Shows and asks; what it says is decided by the package."""
