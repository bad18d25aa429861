"""A SCIM 2.0 server. `app.py` composes it, `python -m` runs its commands."""
