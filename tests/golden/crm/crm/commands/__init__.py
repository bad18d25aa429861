# Emitted by scimgen from crm.scim.yaml: edit that and run `scimgen generate`, not this file.
"""The commands of the console script, a module each: `add` declares its arguments, and names what runs it."""
