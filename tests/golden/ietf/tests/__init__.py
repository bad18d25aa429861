# Emitted by scimgen from drafty.scim.json: edit that and run `scimgen generate`, not this file.
"""The emitted tests: the server over HTTP, every resource type, and the contract of its storage."""
