"""Your tests. This file is yours: scimgen writes it once and never changes it.

The fixture `client` is an HTTP client of the running server, with a valid token.
"""
