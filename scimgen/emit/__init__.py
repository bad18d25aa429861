"""The model to files. Pure: what comes out is paths and bytes, and the same for the same description everywhere.

`scimgen.emit.project.emit_project` is the door; it is not imported here, so that who only asks whose a file is does not
load all that emits.
"""

from scimgen.emit.files import EmittedFile, Ownership, UnknownPart

__all__ = ["EmittedFile", "Ownership", "UnknownPart"]
