"""The SQL store: SQLite and PostgreSQL behind the ports."""
