"""Filters (RFC 7644 section 3.4.2.2): syntax tree, parser, evaluation."""
