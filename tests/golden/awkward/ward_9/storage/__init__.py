# Emitted by scimgen from ward-9.scim.yaml: edit that and run `scimgen generate`, not this file.
"""Where resources are kept. `interface` is what the protocol needs of a store, `sqlite` is one."""
