# Emitted by scimgen from okta-guide.scim.yaml: edit that and run `scimgen generate`, not this file.
"""SCIM 2.0: the protocol of RFC 7644 over the models of RFC 7643, one concept a module."""
