"""The HTML page in a real browser: it fits, it can be read, it can be printed, and it runs nothing."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.docs.browser import Page, browser, needs_chromium
from tests.docs.support import CASES, pages_of
from tests.docs.test_pages import RELEASE

pytestmark = needs_chromium
_PAGES = ["crm", "collaboration", "hostile", "awkward"]

# The contrast of every piece of text with what is painted behind it (WCAG 2.2, 1.4.3); the worst are given.
_FAINT = """
(() => {
  const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = (colour) => parts(colour).slice(0, 3).map((c) => c / 255)
    .map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      const alpha = parts(colour)[3];
      if (alpha === undefined || alpha > 0) return colour;
    }
    return 'rgb(255, 255, 255)';
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !element.getClientRects().length) continue;
    if (['STYLE', 'TITLE', 'DESC'].includes(element.tagName.toUpperCase())) continue;
    const style = getComputedStyle(element);
    const colour = element.closest('svg') ? style.fill : style.color;
    const [a, b] = [light(colour), light(behind(element))].sort((x, y) => y - x);
    const contrast = (a + 0.05) / (b + 0.05);
    if (contrast < 4.5) found.push([walker.currentNode.data.trim().slice(0, 40), contrast, colour, behind(element)]);
  }
  return found.slice(0, 5);
})()
"""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """One browser for all."""
    with browser(tmp_path_factory.mktemp("profile")) as found:
        yield found


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The pages as files, with changes."""
    folder = tmp_path_factory.mktemp("pages")
    found = {}
    for case in _PAGES:
        found[case] = folder / f"{case}.html"
        found[case].write_text(pages_of(CASES[case], release=RELEASE)["reference.html"], encoding="utf-8")
    return found


@pytest.mark.parametrize("width", [360, 768, 1280])
@pytest.mark.parametrize("case", _PAGES)
def test_the_page_fits_its_window(page: Page, files: dict[str, Path], case: str, width: int) -> None:
    """Only tables, requests and the diagram scroll, each by itself; so does a phone."""
    page.open(files[case], width)
    assert page.ask("document.documentElement.scrollWidth") <= width
    wide = page.ask(
        "[...document.querySelectorAll('body *')].filter((e) => !e.closest('.wide, pre, .picture') && e.clientWidth"
        " && e.getBoundingClientRect().right > innerWidth + 1).map((e) => e.outerHTML.slice(0, 80))"
    )
    assert wide == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("case", _PAGES)
def test_every_text_stands_out_from_what_is_behind_it(
    page: Page, files: dict[str, Path], case: str, scheme: str
) -> None:
    """By 4.5 to 1, in both colour schemes; folded parts too."""
    page.open(files[case], 1280, scheme)
    page.ask("document.querySelectorAll('details').forEach((part) => { part.open = true })")
    assert page.ask(_FAINT) == []
    paper = page.ask("getComputedStyle(document.body).backgroundColor")
    assert (paper == "rgb(255, 255, 255)") == (scheme == "light")


@pytest.mark.parametrize("case", _PAGES)
def test_nothing_runs_and_nothing_is_fetched(page: Page, files: dict[str, Path], case: str) -> None:
    """The one request is for the page; the console is empty; no handler and no script came to be."""
    page.requests.clear()
    page.complaints.clear()
    page.open(files[case], 1280)
    assert page.requests == [files[case].as_uri()]
    assert page.complaints == []
    handlers = "[...document.querySelectorAll('*')].flatMap((e) => e.getAttributeNames()).filter((n) => /^on/.test(n))"
    assert page.ask(handlers) == []
    assert page.ask("document.scripts.length") == 0


def test_links_lead_to_what_they_say(page: Page, files: dict[str, Path]) -> None:
    """The contents, the table and the boxes of the diagram; each target is there and can be seen."""
    page.open(files["collaboration"], 1280)
    lost = "[...document.querySelectorAll('a')].filter((a) => !document.getElementById(a.hash?.slice(1) ||"
    lost += " a.getAttribute('href').slice(1))).map((a) => a.textContent)"
    assert page.ask(lost) == []
    page.ask("document.querySelector('.diagram a[href=\"#type-Workspaces\"]').dispatchEvent(new MouseEvent('click'))")
    assert page.ask("location.hash") == "#type-Workspaces"
    top = page.ask("document.getElementById('type-Workspaces').getBoundingClientRect().top")
    assert 0 <= top < 200


@pytest.mark.parametrize("case", _PAGES)
def test_the_diagram_can_be_read(page: Page, files: dict[str, Path], case: str) -> None:
    """No text leaves its box, no box overlaps another, everything is inside the picture."""
    page.open(files[case], 1280)
    boxes: list[Any] = page.ask(
        "[...document.querySelectorAll('.diagram g')].map((g) => {"
        " const b = g.querySelector('.box').getBBox(); return {x: b.x, y: b.y, r: b.x + b.width, b: b.y + b.height,"
        " texts: [...g.querySelectorAll('text')].map((t) => [t.textContent, t.getBBox().x + t.getBBox().width])}; })"
    )
    assert boxes
    for box in boxes:
        for text, right in box["texts"]:
            assert right <= box["r"] - 4, text
        for other in boxes:
            apart = other["x"] >= box["r"] or other["r"] <= box["x"] or other["y"] >= box["b"] or other["b"] <= box["y"]
            assert other is box or apart
    assert page.ask(
        "(() => { const s = document.querySelector('.diagram'), v = s.viewBox.baseVal, b = s.getBBox();"
        " return b.x >= 0 && b.y >= 0 && b.x + b.width <= v.width + 1 && b.y + b.height <= v.height + 1; })()"
    )


def test_the_page_prints_with_its_folded_parts(page: Page, files: dict[str, Path], tmp_path: Path) -> None:
    """On paper nothing can be unfolded: the examples are there, the contents are not; in dark mode too."""
    page.open(files["crm"], 1280, "dark")
    printed = page.pdf()
    assert printed.startswith(b"%PDF")
    page.call("Emulation.setEmulatedMedia", media="print", features=[{"name": "prefers-color-scheme", "value": "dark"}])
    seen = "[...document.querySelectorAll('details pre')].every((e) => e.checkVisibility())"
    assert page.ask(seen)
    assert page.ask("getComputedStyle(document.querySelector('nav')).display") == "none"
    assert page.ask("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    page.call("Emulation.setEmulatedMedia", media="")


def test_the_picture_alone_is_drawn(page: Page, tmp_path: Path) -> None:
    """reference.svg, as the Markdown shows it."""
    target = tmp_path / "reference.svg"
    target.write_text(pages_of(CASES["collaboration"])["reference.svg"], encoding="utf-8")
    page.open(target, 1280, "dark")
    assert page.ask("document.documentElement.querySelectorAll('.box').length") == 13
    page.screenshot(tmp_path / "picture.png")
    assert (tmp_path / "picture.png").stat().st_size > 10_000
