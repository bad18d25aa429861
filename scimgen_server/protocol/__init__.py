"""The SCIM endpoints over HTTP (RFC 7644 section 3.2)."""
