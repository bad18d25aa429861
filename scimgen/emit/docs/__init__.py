"""Reference pages for an app's administrators: Markdown, one self-contained HTML file, and the diagram of both.

`emit_docs` is the door. Pure: the same description gives the same bytes everywhere; nothing is dated.
"""

from scimgen.emit.docs.release import ChangeNote, Release
from scimgen.emit.docs.render import emit_docs

__all__ = ["ChangeNote", "Release", "emit_docs"]
