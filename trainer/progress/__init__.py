"""What happened: the append-only log in SQLite, and the state derived from it."""
