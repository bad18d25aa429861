"""Convert discovery documents to a description: read leniently, omit what the conventions imply,
report losses.
"""

from scimgen.importing.describe import CannotImport, Imported, describe

__all__ = ["CannotImport", "Imported", "describe"]
