"""Convert discovery documents to a description, and report what is lost.

Documents are read leniently, and what the conventions imply is omitted.
"""

from scimgen.importing.describe import CannotImport, Imported, describe

__all__ = ["CannotImport", "Imported", "describe"]
