"""The output formats by name: a new one is a module and a line here."""

from collections import Counter
from collections.abc import Callable, Iterator

from scimgen.diagnostics.github import render_github
from scimgen.diagnostics.json import render_json
from scimgen.diagnostics.junit import render_junit
from scimgen.diagnostics.sarif import render_sarif
from scimgen.diagnostics.summary import Results
from scimgen.diagnostics.text import printable, render_text

SHOWN_OF_A_RULE = 10

Renderer = Callable[[Results], Iterator[str]]

FORMATS: dict[str, Renderer] = {
    "json": lambda results: iter(["".join(render_json(results))]),
    "sarif": render_sarif,
    "github": render_github,
    "junit": render_junit,
}
"""What programs read; `text` is `render_limited`, which takes the terminal into account."""


def render_limited(results: Results, colour: bool = False, limit: int = SHOWN_OF_A_RULE) -> Iterator[str]:
    """Findings for a person: of one rule in one file the first few, and how many more there are.

    Args:
        results: what was found.
        colour: whether the terminal takes colour.
        limit: how many of one rule in one file, 0 for all.
    """
    seen: Counter[tuple[str, str]] = Counter()
    shown = []
    for finding in results.findings:
        key = (finding.place.file, finding.rule)
        seen[key] += 1
        if not limit or seen[key] <= limit:
            shown.append(finding)
    yield from render_text(shown, colour)
    for (file, rule), count in seen.items():
        if limit and count > limit:
            yield f"{printable(file)}: {count - limit} more of {rule} (--limit 0 shows all)"
