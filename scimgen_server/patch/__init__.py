"""PATCH (RFC 7644 section 3.5.2): operations, paths, and their application to a document."""
