"""Job kinds: one file per kind, behind the protocol in :mod:`ethonight.jobs.protocol`."""
