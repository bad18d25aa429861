"""Render the pages from one reference with two templates, and the diagram for both."""

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
    app: App,
    source: str,
    *,
    base_url: str = "",
    most_values: int = 50,
    release: Release | None = None,
) -> dict[str, bytes]:
    """Make the pages of an app by file name: HTML, Markdown, and the diagram for the Markdown.

    Args:
        app: The model.
        source: The file name of the description.
        base_url: The SCIM base URL of the server. "" gives a placeholder.
        most_values: The greatest number of listed values per type.
        release: The changes since the last release, or None.
    """
    page = reference(app, source, base_url or PLACEHOLDER, most_values, release)
    html = (
        _environment(True)
        .get_template("reference.html.jinja")
        .render(page=page, diagram=draw(app, linked=True))
    )
    text = _environment(False).get_template("reference.md.jinja").render(page=page, diagram=DIAGRAM)
    first, _, rest = html.partition("\n")  # an HTML document must start with its doctype
    return {
        HTML: f"{first}\n{_sealed(rest, source)}".encode(),
        MARKDOWN: _sealed(text, source).encode(),
        DIAGRAM: _sealed(draw(app, linked=False), source).encode(),
    }


def _sealed(text: str, source: str) -> str:
    """Add a first line with the source and a hash, which reveals later edits."""
    # Two hyphens are invalid in a comment of XML, and > may end one in HTML.
    name = re.sub(r"--+|[<>]", "-", one_line(source))
    return f"<!-- Made by `scimgen docs` from {name}: edit that. sha256:{_digest(text)} -->\n{text}"


def is_ours(content: bytes) -> bool:
    """Whether a file was made by `emit_docs` and not edited since.

    >>> is_ours(b"# My page"), is_ours(_sealed("x", "crm.scim.yaml").encode())
    (False, True)
    """
    text = content.decode("utf-8", "replace").replace(
        "\r\n", "\n"
    )  # git may have converted the line ends
    text = text.removeprefix("<!doctype html>\n")
    found = _SEAL.match(text)
    return found is not None and found["digest"] == _digest(text[found.end() :])


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@cache
def _environment(html: bool) -> "Environment":
    """The environment of the templates.

    It escapes HTML automatically. Templates for Markdown use filters to escape.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(folder("templates") / "docs"),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=html,
    )
    environment.filters |= {
        "text": _text,
        "inline": _inline,
        "code": _code,
        "cell": _cell,
        "html": escape,
    }
    return environment


def _text(text: str) -> str:
    """Escape text for Markdown, including markup at the start of a line.

    >>> print(_text("- 1. <b>"), _text("12. x"))
    \\- 1. \\<b\\> 12\\. x
    """
    return re.sub(r"^([0-9]*)([-=.])", r"\1\\\2", markdown(text))


def _inline(text: str) -> str:
    """Escape text inside a sentence of Markdown. Blanks at the ends are kept.

    >>> _inline(" <b> ")
    ' \\\\<b\\\\> '
    """
    inner = text.strip(" ")
    return text.replace(inner, markdown(inner)) if inner else text


def _code(text: str) -> str:
    """Write a code span of Markdown, with more backticks around it than inside.

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
    """Write a code span in a table, with escaped bars (GitHub Flavored Markdown section 4.10)."""
    return _code(text).replace("|", "\\|")
