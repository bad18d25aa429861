"""PATCH (RFC 7644 section 3.5.2): reads operations and paths, and applies them to a document."""
