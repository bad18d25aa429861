"""The model to files. Pure: what comes out is paths and bytes, and the same for the same description everywhere."""

from scimgen.emit.files import EmittedFile, Ownership, UnknownPart
from scimgen.emit.project import PARTS, emit_project

__all__ = ["PARTS", "EmittedFile", "Ownership", "UnknownPart", "emit_project"]
