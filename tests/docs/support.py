"""What the tests of the pages share: the cases, their pages, and the requests of a page."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scimgen.description import load_file
from scimgen.emit.docs import emit_docs
from scimgen.model import App
from tests.support import EXAMPLES

HERE = Path(__file__).parent
CASES = {
    **EXAMPLES,
    **{path.parent.name: path for path in sorted((HERE.parent / "cases").glob("*/*.scim.*"))},
    **{path.name.partition(".")[0]: path for path in sorted((HERE / "cases").glob("*.scim.yaml"))},
}
_REQUEST = re.compile(
    r"^```http\n(?P<method>[A-Z]+) (?P<url>\S+)\n(?:Content-Type: [^\n]+\n\n(?P<body>.*?)\n)?```\n\n"
    r"Response (?P<status>\d+):\n\n```json\n(?P<response>.*?)\n```$",
    re.MULTILINE | re.DOTALL,
)


def app_of(path: Path) -> App:
    """The app of a description."""
    app, findings = load_file(path)
    assert app, findings
    return app


def pages_of(path: Path, **options: Any) -> dict[str, str]:
    """The pages of a description, as text."""
    pages = emit_docs(app_of(path), path.name, **options)
    return {name: content.decode() for name, content in pages.items()}


@dataclass(frozen=True)
class Printed:
    """A request and its response as printed in the Markdown."""

    method: str
    url: str
    body: Any
    status: int
    response: Any


def requests_of(markdown: str) -> list[Printed]:
    """Every request of a page."""
    return [
        Printed(
            found["method"],
            found["url"],
            json.loads(found["body"]) if found["body"] else None,
            int(found["status"]),
            json.loads(found["response"]),
        )
        for found in _REQUEST.finditer(markdown)
    ]
