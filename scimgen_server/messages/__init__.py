"""Messages of the SCIM protocol (RFC 7644): JSON documents, errors, lists. No state, no other group of this package."""
