"""Resource types and their attributes (RFC 7643): the attribute tree, values, projection, stored records."""
