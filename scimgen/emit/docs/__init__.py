"""Reference pages for the administrators of an app: Markdown, HTML, and their diagram.

The entry point is `emit_docs`. The same description always gives the same bytes, without dates.
"""

from scimgen.emit.docs.release import ChangeNote, Release
from scimgen.emit.docs.render import emit_docs

__all__ = ["ChangeNote", "Release", "emit_docs"]
