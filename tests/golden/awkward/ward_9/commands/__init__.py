# Emitted by scimgen from ward-9.scim.yaml: edit that and run `scimgen generate`, not this file.
"""The commands of the console script, a module each: `add` declares its arguments, and names what runs it."""
