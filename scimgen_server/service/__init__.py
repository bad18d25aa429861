"""The service provider: create, read, replace, patch, delete, search. It does not know HTTP or SQL."""
