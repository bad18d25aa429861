"""Your own tests: this file is yours. `server` is an HTTP client of the running server, see conftest.py."""
