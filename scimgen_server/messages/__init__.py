"""Messages of the SCIM protocol (RFC 7644): JSON documents, errors and lists.

The package has no state and imports no other package of the runtime.
"""
