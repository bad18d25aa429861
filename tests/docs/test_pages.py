"""The pages as text: the same bytes, links that lead somewhere, and nothing of a description that becomes markup."""

import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
from markdown_it import MarkdownIt

from scimgen.emit.docs import ChangeNote, Release, emit_docs
from scimgen.emit.docs.render import is_ours
from tests.docs.support import CASES, HERE, app_of, pages_of, requests_of
from tests.support import EXAMPLES

GOLDEN = HERE / "golden"
RELEASE = Release(
    "v1.2",
    (
        ChangeNote(
            "breaking", "License.tier is gone", (("What to do", "Take it back"), ("Okta", "The attribute goes"))
        ),
        ChangeNote("breaking", "the value License.lic-old is gone", (), "Nobody holds it"),
        ChangeNote("safe", "License.seats is new"),
    ),
    ("urn:acme:scim:schemas:extension:crm:1.0:License: publish it as 2.0",),
)
OPTIONS = {"crm": {"base_url": "https://scim.acme.example/scim/v2", "release": RELEASE}}


@pytest.mark.parametrize("case", ["crm", "hostile", "ietf"])
def test_the_pages_are_the_golden_ones(case: str, request: pytest.FixtureRequest) -> None:
    """Byte by byte; make golden accepts a change."""
    found = pages_of(CASES[case], **OPTIONS.get(case, {}))
    folder = GOLDEN / case
    if request.config.getoption("--update-golden"):
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in found.items():
            (folder / name).write_text(text, encoding="utf-8", newline="\n")
    expected = {path.name: path.read_text("utf-8") for path in folder.iterdir()}
    assert sorted(found) == sorted(expected)
    for name, text in expected.items():
        assert found[name] == text, f"{case}/{name}: run make golden and read the diff"


def test_the_bytes_do_not_depend_on_the_run(tmp_path: Path) -> None:
    """Another hash seed, another folder, another locale."""
    code = (
        "import sys, hashlib; from pathlib import Path; from scimgen.description import load_file;"
        "from scimgen.emit.docs import emit_docs; path = Path(sys.argv[1]);"
        "pages = emit_docs(load_file(path)[0], path.name);"
        "print([hashlib.sha256(content).hexdigest() for content in pages.values()])"
    )
    expected = set()
    for seed, locale in (("1", "C"), ("2", "C.UTF-8")):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "LC_ALL": locale}
        command = [sys.executable, "-c", code, str(CASES["awkward"])]
        expected.add(subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=True).stdout)
    assert len(expected) == 1


class Outline(HTMLParser):
    """The tags of a page, its attributes, its ids and what is text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.texts: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in ("meta", "br", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.open and self.open[-1] == tag:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def values(self, name: str) -> list[str]:
        """The values of an attribute, of all tags."""
        return [value for _, found, value in self.attributes if found == name]


def outline(text: str) -> Outline:
    """A page, read as a browser reads it."""
    parser = Outline()
    parser.feed(text)
    parser.close()
    return parser


HOSTILE = {case: path for case, path in CASES.items() if case in ("hostile", "awkward")}


@pytest.mark.parametrize("case", HOSTILE)
def test_no_text_becomes_html(case: str) -> None:
    """No tag, attribute or link but those of the templates, which the crm page has too; every tag is closed."""
    page = outline(pages_of(HOSTILE[case])["reference.html"])
    known = outline(pages_of(CASES["collaboration"])["reference.html"])
    assert set(page.tags) <= set(known.tags)
    assert {(tag, name) for tag, name, _ in page.attributes} <= {(tag, name) for tag, name, _ in known.attributes}
    assert page.open == []
    assert all(value.startswith("#") for value in page.values("href"))
    assert not any(name.startswith("on") or name in ("src", "style") for _, name, _ in page.attributes)


def test_hostile_text_is_there_as_text() -> None:
    """It is escaped, not dropped; what reorders or hides text is made visible."""
    text = "".join(outline(pages_of(CASES["hostile"])["reference.html"]).texts)
    for expected in ("<script>alert(1)</script>", "[a](javascript:alert(3))", "a|b", "``x``", "&lt;i&gt;", "<marquee>"):
        assert expected in text
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u2028]", text)


@pytest.mark.parametrize("case", HOSTILE)
def test_no_text_becomes_markdown(case: str) -> None:
    """Rendered by an independent parser: no tag, link or picture but the templates' own."""
    renderer = MarkdownIt("commonmark", {"html": True}).enable("table")
    page = outline(renderer.render(pages_of(HOSTILE[case])["reference.md"]))
    known = outline(renderer.render(pages_of(CASES["collaboration"])["reference.md"]))
    assert set(page.tags) <= set(known.tags)
    assert {(tag, name) for tag, name, _ in page.attributes} <= {(tag, name) for tag, name, _ in known.attributes}
    assert page.values("src") == ["reference.svg"]
    assert all(value.startswith("#") for value in page.values("href"))
    headings = [tag for tag in page.tags if tag in ("h1", "h4", "h5", "h6")]
    assert headings == ["h1"], "a description's # is no heading"


@pytest.mark.parametrize("case", CASES)
def test_every_row_of_a_markdown_table_has_its_cells(case: str) -> None:
    """A bar in a text would begin another cell; a row that is short or long is no row of a table."""
    renderer = MarkdownIt("commonmark", {"html": True}).enable("table")
    markdown = pages_of(CASES[case])["reference.md"]
    rows = re.findall(r"<tr>(.*?)</tr>", renderer.render(markdown), re.DOTALL)
    written = [
        line for line in markdown.splitlines() if line.startswith("|") and not re.fullmatch(r"\|( --- \|)+", line)
    ]
    assert len(rows) == len(written)
    for line in written:
        bars = len(re.findall(r"(?<!\\)\|", re.sub(r"\\\\", "", line)))
        assert bars in (3, 4, 6, 8), line


@pytest.mark.parametrize("case", CASES)
def test_every_link_leads_somewhere_and_ids_are_unique(case: str) -> None:
    """In both forms."""
    pages = pages_of(CASES[case])
    html = outline(pages["reference.html"])
    ids = html.values("id")
    assert len(ids) == len(set(ids))
    assert {value[1:] for value in html.values("href")} <= set(ids)
    named = set(re.findall(r'<a id="([^"]+)"></a>', pages["reference.md"]))
    assert set(re.findall(r"\]\(#([^)]+)\)", pages["reference.md"])) <= named


@pytest.mark.parametrize("case", CASES)
def test_the_page_asks_nothing_of_anybody_and_the_picture_is_xml(case: str) -> None:
    """No script, font, style or picture from elsewhere; the diagram works alone as well."""
    pages = pages_of(CASES[case])
    html = outline(pages["reference.html"])
    assert not {"script", "link", "iframe", "img", "object"} & set(html.tags)
    assert "@import" not in pages["reference.html"]
    assert re.findall(r"url\(([^)]*)\)", pages["reference.html"]).count("#arrow") == pages["reference.html"].count(
        "url("
    )
    root = ElementTree.fromstring(pages["reference.svg"])
    assert root.tag == "{http://www.w3.org/2000/svg}svg"


@pytest.mark.parametrize("case", CASES)
def test_tables_and_headings_are_told_to_those_who_do_not_see_them(case: str) -> None:
    """Header cells have a scope, tables a caption, and no level of heading is left out."""
    html = outline(pages_of(CASES[case], release=RELEASE)["reference.html"])
    assert html.tags.count("caption") == html.tags.count("table")
    scoped = [value for tag, name, value in html.attributes if tag == "th" and name == "scope"]
    assert len(scoped) == html.tags.count("th")
    levels = [int(tag[1]) for tag in html.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("case", CASES)
def test_every_type_attribute_and_value_is_told(case: str) -> None:
    """In both forms, up to the number of values that is asked for."""
    app = app_of(CASES[case])
    pages = pages_of(CASES[case], most_values=1000)
    text = "".join(outline(pages["reference.html"]).texts)
    printed = [request.url for request in requests_of(pages["reference.md"])]
    assert printed
    for type_ in app.resource_types:
        assert type_.endpoint in text
        for schema in type_.schemas:
            for attribute in schema.walk():
                assert attribute.name in text
        for value in type_.values if type_.managed != "catalog" else ():
            assert value.id in text


def test_values_are_bounded_and_the_rest_is_counted() -> None:
    """320 workspaces: 50 are listed, and "270 more" is printed."""
    pages = pages_of(EXAMPLES["collaboration"])
    for name in ("reference.html", "reference.md"):
        assert "270 more" in pages[name]
    few = pages_of(EXAMPLES["collaboration"], most_values=1)
    assert len(few["reference.html"]) < len(pages["reference.html"])
    assert "319 more" in few["reference.md"]


def test_what_is_never_returned_is_not_told() -> None:
    """A value's secret is in the description, and in no page."""
    assert "s3cret" in CASES["odd"].read_text("utf-8")
    for page in pages_of(CASES["odd"]).values():
        assert "s3cret" not in page


def test_changes_are_told_with_what_to_do() -> None:
    """What breaks, why where it is meant, and which clients are affected."""
    for name in ("reference.html", "reference.md"):
        page = pages_of(EXAMPLES["crm"], release=RELEASE)[name]
        for expected in ("Changes since v1", "is gone", "Take it back", "The attribute goes", "Nobody holds it", "2"):
            assert expected in page
        assert "and 7 more;" in pages_of(EXAMPLES["crm"], release=Release("v1", RELEASE.changes, more=7))[name]
        assert "There are no changes for clients" in pages_of(EXAMPLES["crm"], release=Release("v1"))[name]


def test_only_the_clients_of_the_description_are_told_of() -> None:
    """Okta alone for crm, both for awkward, none for the draft's dialect."""
    assert "Connect Microsoft Entra ID" not in pages_of(CASES["crm"])["reference.md"]
    awkward = pages_of(CASES["awkward"])["reference.md"]
    assert "Connect Okta" in awkward
    assert "Connect Microsoft Entra ID" in awkward
    assert "`urn:x-1:scim:schemas:extension:ward-9:1.0:User:str` DateTime" in awkward
    assert "Connect Okta" not in pages_of(CASES["ietf"])["reference.md"]


def test_the_base_url_stands_wherever_it_is_needed() -> None:
    """In the steps and in the requests; without one the page has a placeholder with an explanation."""
    given = pages_of(CASES["crm"], base_url="https://scim.acme.example/scim/v2")
    for page in given.values():
        assert "YOUR-HOST" not in page
    assert given["reference.md"].count("https://scim.acme.example/scim/v2") > 10
    assert "YOUR-HOST" in pages_of(CASES["crm"])["reference.html"]


def test_an_edit_shows() -> None:
    """One character more, and a page is not as it was made; other line ends are no edit."""
    for content in emit_docs(app_of(CASES["crm"]), "a--b<c>.scim.yaml").values():
        assert is_ours(content)
        assert is_ours(content.replace(b"\n", b"\r\n"))
        assert not is_ours(content + b" ")
        assert not is_ours(content.replace(b"Acme", b"Bcme"))
