"""Existing discovery documents to a description: read leniently, subtract the conventions, say what was lost."""

from scimgen.importing.describe import CannotImport, Imported, describe

__all__ = ["CannotImport", "Imported", "describe"]
