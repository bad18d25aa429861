"""The table of output formats. A new format is a module and one line in this table."""

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
"""The formats for programs.

The format `text` is `render_limited`, which has options for the terminal.
"""


def render_limited(
    results: Results, colour: bool = False, limit: int = SHOWN_OF_A_RULE
) -> Iterator[str]:
    """Write the first few findings of each rule in a file, and the number of the others.

    Args:
        results: The findings.
        colour: Whether to use colours of the terminal.
        limit: The greatest number of findings of one rule in one file. 0 is no limit.
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
