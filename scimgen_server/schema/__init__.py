"""Resource types and attributes (RFC 7643): attribute tree, values, projection and records."""
