# Emitted by scimgen from drafty.scim.json: edit that and run `scimgen generate`, not this file.
"""A SCIM 2.0 server. `app.py` composes it, `python -m` runs its commands."""
