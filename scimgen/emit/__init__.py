"""Convert the model to files, as paths and bytes.

Equal descriptions give equal bytes on every machine, and nothing is read or written.
`scimgen.emit.project.emit_project` is the entry point. It is imported from there, so that code that
only needs the ownership of a file does not load everything else.
"""

from scimgen.emit.files import EmittedFile, Ownership, UnknownPart

__all__ = ["EmittedFile", "Ownership", "UnknownPart"]
