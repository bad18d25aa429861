# Emitted by scimgen from crm.scim.yaml: edit that and run `scimgen generate`, not this file.
"""A SCIM 2.0 server. `app.py` composes it, `python -m` runs its commands."""
