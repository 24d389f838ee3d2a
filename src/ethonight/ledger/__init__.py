"""The job table: an append-only journal is the truth, ``tracking_status.csv`` a view of it with an inbox for edits."""
