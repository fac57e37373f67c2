"""Changes to the database, in order, run on SQLite and PostgreSQL."""
