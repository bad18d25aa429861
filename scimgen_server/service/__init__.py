"""The service provider: create, read, replace, patch, delete and search, without HTTP or SQL."""
