"""The exact output of a handful of changes, in every format."""

import json
from collections.abc import Iterator

from scimgen.cli.diff import ChangeFormat
from scimgen.comparison.advice import advice, next_urn
from scimgen.comparison.change import all_kinds
from scimgen.comparison.comparison import compare
from scimgen.comparison.formats import (
    FORMATS,
    ComparisonReport,
    render_github,
    render_json,
    render_markdown,
    render_text,
    summary,
)
from scimgen.comparison.pages import explanation, listing, page
from scimgen.description import load
from scimgen.model import App
from scimgen.source import read_text

HEAD = "scimgen: 1\napp: crm\nvendor: acme\nclients: [okta]\nentitlements:\n  License:\n    attributes:\n"
OLD = HEAD + "      seats: integer\n      tier: string\n"
NEW = HEAD + "      seats: {type: integer, indexed: true}\n      level: string\n"
ALLOWED = "allowedBreaks:\n  - {change: attribute-removed, at: License.tier, reason: 'Nobody | ever set it'}\n"


def read(name: str, text: str) -> App:
    app, findings = load(read_text(name, text.encode(), "yaml"))
    assert app, findings
    return app


def report(old: str = OLD, new: str = NEW) -> ComparisonReport:
    comparison = compare(read("old.scim.yaml", old), read("new.scim.yaml", new))
    return ComparisonReport("old.scim.yaml", "new.scim.yaml", comparison, ("okta",))


def text(lines: Iterator[str]) -> str:
    return "\n".join(lines) + "\n"


def test_every_format_can_be_chosen() -> None:
    """The option `--format` has each format of the table."""
    assert {str(name) for name in ChangeFormat} == {"text", *FORMATS}


def test_text() -> None:
    """The worst first; what to do for everything that is not safe; then the version for the URN."""
    assert (
        text(render_text(report()))
        == """\
old.scim.yaml:9:7: breaking[attribute-removed] the attribute License.tier was removed
9 |       tier: string
  |       ^^^^
  ? Renamed to level? Then declare it in the description: allowedBreaks: [{change: attribute-renamed, at: \
License.tier, to: level, reason: …}]
  = affects: stored data, clients that write, clients that read, Okta, Entra
  = do: Keep it until no client reads or writes it; announce the removal in its description
  = stored values: Stored values of it are no longer returned: export or move them before you release
  = Okta: The mapped attribute becomes empty, and values that Okta sends for it are ignored

new.scim.yaml:8:7: safe[index-added] License.seats has an index now
8 |       seats: {type: integer, indexed: true}
  |       ^^^^^

new.scim.yaml:9:7: safe[attribute-added] License.level is a new attribute
9 |       level: string
  |       ^^^^^

version: urn:acme:scim:schemas:extension:crm:1.0:License: either undo the breaking changes (License.tier), or publish \
it as urn:acme:scim:schemas:extension:crm:2.0:License (version: '2.0'), so that clients can distinguish the two
"""
    )
    assert summary(report().comparison) == "3 changes: 1 breaking, 2 safe"


def test_text_of_an_allowed_break() -> None:
    """The reason is printed with it."""
    shown = text(render_text(report(new=NEW + ALLOWED)))
    assert "] the attribute License.tier was removed (allowed)\n" in shown
    assert "  = allowed: Nobody | ever set it\n" in shown


def test_github() -> None:
    """Errors, warnings and notices; an allowed break is a notice with its reason."""
    first = next(render_github(report()))
    assert first.startswith(
        "::error file=new.scim.yaml,line=6,col=3,title=attribute-removed::the attribute License.tier"
    )
    first = next(render_github(report(new=NEW + ALLOWED)))
    assert first == (
        "::notice file=new.scim.yaml,line=6,col=3,title=attribute-removed::"
        "the attribute License.tier was removed (allowed: Nobody | ever set it)"
    )


def test_markdown() -> None:
    """A table, then what to do; names and reasons are no markup."""
    assert text(render_markdown(report(new=NEW + ALLOWED))).startswith("""\
### SCIM changes: old.scim.yaml → new.scim.yaml

3 changes: 1 breaking, 2 safe (1 allowed).

| | change | place |
| --- | --- | --- |
| breaking | the attribute License.tier was removed (`attribute-removed`) — allowed: Nobody \\| ever set it | \
old.scim.yaml:9:7 |
| safe | License.seats has an index now (`index-added`) | new.scim.yaml:8:7 |
| safe | License.level is a new attribute (`attribute-added`) | new.scim.yaml:9:7 |
""")
    assert text(render_markdown(report(new=OLD))).endswith("no changes.\n")
    assert "| **breaking** | the attribute License.tier was removed" in text(render_markdown(report()))
    assert "- Renamed to level?" in text(render_markdown(report()))


def test_json() -> None:
    """Everything that is in the text, for programs."""
    found = json.loads(text(render_json(report())))
    first = found["changes"][0]
    assert (first["change"], first["severity"], first["path"]) == ("attribute-removed", "breaking", "License.tier")
    assert (first["file"], first["line"], first["column"]) == ("old.scim.yaml", 9, 7)
    assert first["advice"].keys() == {"do", "stored values", "Okta", "Entra"}
    assert found["summary"] == {"breaking": 1, "attention": 0, "safe": 2, "allowed": 0, "breaks": True}


def test_a_hostile_name_stays_on_its_line() -> None:
    """What a terminal, a workflow or Markdown would obey is written out."""
    old = HEAD + "      a: {type: string, canonicalValues: ['x']}\n"
    new = HEAD + '      a: {type: string, canonicalValues: ["x\\e[31m\\n::error::|<b>%"]}\n'
    for render in (render_text, render_github, render_markdown):
        shown = list(render(report(old, new)))
        assert not any("\x1b" in line or "\n" in line for line in shown)
    assert "\\|\\<b\\>" in text(render_markdown(report(old, new)))


def test_the_version_to_put_in_the_urn() -> None:
    """A break raises the major version; nothing else asks for another URN."""
    assert next_urn("urn:acme:scim:schemas:extension:crm:3:License").endswith(":crm:4:License")
    (line,) = advice(report(new=OLD + "      more: string\n").comparison)
    assert line.endswith("keep the version: everything that clients rely on still exists")
    moved = OLD.replace("    attributes", "    version: '2.0'\n    attributes")
    (line,) = advice(report(new=moved).comparison)
    assert line.startswith("urn:acme:scim:schemas:extension:crm:2.0:License: every client must be configured")


def test_the_pages_of_the_kinds() -> None:
    """A line, a page and a section each."""
    kinds = list(all_kinds())
    assert len(list(listing())) == len(kinds) == page().count("\n## ")
    for kind in kinds:
        assert explanation(kind).startswith(f"{kind.id} ({kind.severity})")
