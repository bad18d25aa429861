"""The pages as bytes: one reference, two templates, and the diagram that both show."""

import hashlib
import re
from functools import cache
from html import escape
from typing import TYPE_CHECKING

from scimgen.data import folder
from scimgen.emit.docs.diagram import draw
from scimgen.emit.docs.reference import reference
from scimgen.emit.docs.release import Release
from scimgen.emit.literals import markdown, one_line
from scimgen.model import App

if TYPE_CHECKING:
    from jinja2 import Environment

PLACEHOLDER = "https://YOUR-HOST/scim/v2"
HTML, MARKDOWN, DIAGRAM = "reference.html", "reference.md", "reference.svg"
_SEAL = re.compile(r"<!-- Made by `scimgen docs` from [^\n]* sha256:(?P<digest>[0-9a-f]{64}) -->\n")


def emit_docs(
    app: App, source: str, *, base_url: str = "", most_values: int = 50, release: Release | None = None
) -> dict[str, bytes]:
    """The pages of an app by file name: HTML, Markdown, and the diagram that the Markdown shows.

    Args:
        app: the model.
        source: the description's file name.
        base_url: the SCIM base URL of the server, a placeholder where it is "".
        most_values: how many values of a type are listed.
        release: the changes since the last release, where they are asked for.
    """
    page = reference(app, source, base_url or PLACEHOLDER, most_values, release)
    html = _environment(True).get_template("reference.html.jinja").render(page=page, diagram=draw(app, linked=True))
    text = _environment(False).get_template("reference.md.jinja").render(page=page, diagram=DIAGRAM)
    first, _, rest = html.partition("\n")  # a document begins with its doctype
    return {
        HTML: f"{first}\n{_sealed(rest, source)}".encode(),
        MARKDOWN: _sealed(text, source).encode(),
        DIAGRAM: _sealed(draw(app, linked=False), source).encode(),
    }


def _sealed(text: str, source: str) -> str:
    """The text below a line that says where it is from, and by which a later edit shows."""
    # Two hyphens end a comment in XML, and > one in HTML.
    name = re.sub(r"--+|[<>]", "-", one_line(source))
    return f"<!-- Made by `scimgen docs` from {name}: edit that. sha256:{_digest(text)} -->\n{text}"


def is_ours(content: bytes) -> bool:
    """Whether a file is as `emit_docs` made it, for any description: nobody has written in it since.

    >>> is_ours(b"# My page"), is_ours(_sealed("x", "crm.scim.yaml").encode())
    (False, True)
    """
    text = content.decode("utf-8", "replace").replace("\r\n", "\n")  # git may have written the other line ends
    text = text.removeprefix("<!doctype html>\n")
    found = _SEAL.match(text)
    return found is not None and found["digest"] == _digest(text[found.end() :])


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@cache
def _environment(html: bool) -> "Environment":
    """HTML is escaped by the environment, Markdown by its filters: each text of a description passes through one."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(folder("templates") / "docs"),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=html,
    )
    environment.filters |= {"text": _text, "inline": _inline, "code": _code, "cell": _cell, "html": escape}
    return environment


def _text(text: str) -> str:
    """Text of Markdown in which nothing is markup, at the beginning of a line neither.

    >>> print(_text("- 1. <b>"), _text("12. x"))
    \\- 1. \\<b\\> 12\\. x
    """
    return re.sub(r"^([0-9]*)([-=.])", r"\1\\\2", markdown(text))


def _inline(text: str) -> str:
    """Text inside a sentence of Markdown: the blanks at its ends stay.

    >>> _inline(" <b> ")
    ' \\\\<b\\\\> '
    """
    inner = text.strip(" ")
    return text.replace(inner, markdown(inner)) if inner else text


def _code(text: str) -> str:
    """A code span of Markdown: fenced by more backticks than stand in it.

    >>> print(_code("a"), _code("`a`"))
    `a` `` `a` ``
    """
    text = one_line(text)
    if not text:
        return ""
    ticks = "`" * (max((len(found) for found in re.findall("`+", text)), default=0) + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{ticks}{pad}{text}{pad}{ticks}"


def _cell(text: str) -> str:
    """A code span in a table, where a bar would begin the next cell (GitHub Flavored Markdown section 4.10)."""
    return _code(text).replace("|", "\\|")
