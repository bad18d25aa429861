"""Tests of the package scimgen_server."""
