"""After a change of the model `generate` prints the effects on stored data and what to run, otherwise nothing."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.test_commands import tree
from tests.in_process import scimgen

PAGE = """scimgen: 1
app: shop
vendor: acme
entitlements:
  Seat:
    attributes:
      floor: integer
      room: {type: string, canonicalValues: [north, south]}
    values: [{id: seat-1, displayName: First, floor: 1}, {id: seat-2, displayName: Second, floor: 1}]
  Badge:
    managed: description
    values: [{id: badge-1, displayName: First}, {id: badge-2, displayName: Second}]
"""
STAYS = "stored data:\n"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A generated project; copy it before you change it."""
    root = tmp_path_factory.mktemp("made")
    (root / "shop.scim.yaml").write_text(PAGE)
    run = scimgen("generate", cwd=root)
    assert run.returncode == 0, run.stderr
    assert "next:" not in run.stderr, "a first run has no past"
    return root


@pytest.fixture
def shop(made: Path, tmp_path: Path) -> Path:
    """A copy of the project."""
    return Path(shutil.copytree(made, tmp_path / "shop"))


def change(shop: Path, old: str, new: str, *options: str) -> str:
    """Change the description, generate, and return the output."""
    page = shop / "shop.scim.yaml"
    assert old in page.read_text()
    page.write_text(page.read_text().replace(old, new))
    run = scimgen("generate", *options, cwd=shop)
    assert run.returncode == 0, run.stderr
    return run.stderr


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "      floor: integer\n",
            "",
            "the attribute Seat.floor was removed: stored values are kept, and are not served any more",
        ),
        (
            "room: {type: string",
            "room: {type: string, indexed: true",
            "Seat.room has an index now: migrate fills",
        ),
        ("room: {type: string", "room: {type: string, uniqueness: server", "Seat.room has the uniqueness server, had"),
        ("floor: integer", "floor: {type: integer, required: true}", "Seat.floor is required now: give stored"),
        (
            "room: {type: string",
            "room: {type: string, closed: true",
            "Seat.room only accepts north, south (closed) now",
        ),
        (
            "{id: seat-2, displayName: Second, floor: 1}",
            "",
            "the value Seat.seat-2 was removed: a stored value is kept",
        ),
        ("{id: badge-2, displayName: Second}", "", "the value Badge.badge-2 was removed: the next start deletes"),
        ("{id: seat-1, displayName: First", "{id: seat-1, displayName: One", "Seat.seat-1 has other attributes"),
        (
            "    attributes:",
            "    managed: description\n    attributes:",
            "the values of Seat belong to the description now:",
        ),
        ("    managed: description\n", "", "the values of Badge belong to scim now, not to the description:"),
        (
            "  Badge:",
            "  Pass:",
            "  Renamed to Pass? Then declare it in the description: allowedBreaks: [{change: type-",
        ),
    ],
)
def test_the_effect_on_stored_data_is_printed(shop: Path, old: str, new: str, expected: str) -> None:
    """Each change in a separate line, with the commands that follow it."""
    if "floor: integer\n" in old:  # the values name it too
        page = shop / "shop.scim.yaml"
        page.write_text(page.read_text().replace(", floor: 1", ""))
        assert scimgen("generate", cwd=shop).returncode == 0
    output = change(shop, old, new)
    assert STAYS in output
    assert f"  {expected}" in output
    assert "scimgen diff HEAD:shop.scim.yaml shop.scim.yaml   prints all changes" in output


def test_a_new_value_needs_no_command(shop: Path) -> None:
    """It is there at the next start."""
    output = change(
        shop, "displayName: Second, floor: 1}", "displayName: Second, floor: 1}, {id: s, displayName: Third}"
    )
    assert "updated  shop/values/Seat.json" in output
    assert "next:" not in output


def test_a_rename_that_is_told_is_a_rename(shop: Path) -> None:
    """By allowedBreaks, as `scimgen diff` reads it."""
    broken = "allowedBreaks: [{change: type-renamed, at: Badge, to: Pass, reason: as people call it}]\n"
    (shop / "shop.scim.yaml").write_text(PAGE + broken)
    output = change(shop, "  Badge:", "  Pass:")
    assert "the resource type Badge was renamed to Pass: stored resources are kept under the old name" in output


def test_what_takes_nothing_away_needs_the_commands_alone(shop: Path) -> None:
    """A new attribute: accept what clients discover, bring databases up to date, and no word on stored data."""
    output = change(shop, "      floor: integer", "      floor: integer\n      view: string")
    assert STAYS not in output
    assert "next:  make golden    accepts what clients discover now\n" in output
    assert "       shop migrate   brings a database that exists up to date\n" in output


def test_what_changes_no_model_is_told_as_ever(shop: Path) -> None:
    """A comment, a --quiet run and a --check do not print it."""
    assert "next:" not in change(shop, "scimgen: 1\n", "scimgen: 1 # one\n")
    assert change(shop, "      floor: integer", "      floor: integer\n      view: string", "--quiet") == ""


def test_a_dry_run_tells_it_before_anything_is_written(shop: Path) -> None:
    """In time to think again."""
    before = tree(shop / "shop")
    assert "the value Seat.seat-2 was removed" in change(
        shop, "{id: seat-2, displayName: Second, floor: 1}", "", "--dry-run"
    )
    assert tree(shop / "shop") == before


def test_many_changes_are_cut_short(shop: Path) -> None:
    """Twelve lines, and how many more there are."""
    values = "".join(f", {{id: s{number}, displayName: N}}" for number in range(30))
    change(shop, "displayName: Second, floor: 1}", f"displayName: Second, floor: 1}}{values}")
    output = change(shop, values, "")
    assert output.count("was removed: a stored value is kept") == 12
    assert "  and 18 changes more" in output


@pytest.mark.parametrize("path", [".scimgen/model.jsonl", "shop/values/Seat.json"])
@pytest.mark.parametrize("content", ["[]", '{"app": {"name": 1}}', ""])
def test_an_edited_model_is_not_compared(shop: Path, path: str, content: str) -> None:
    """The edit is reported, and no consequence is derived from it."""
    (shop / path).write_text(content)
    page = shop / "shop.scim.yaml"
    page.write_text(PAGE.replace("      floor: integer", "      floor: integer\n      view: string"))
    run = scimgen("generate", cwd=shop)
    assert run.returncode == 1
    assert f"{path}: was edited by hand" in run.stderr
    assert "next:" not in run.stderr


def test_a_project_without_a_stored_model_is_not_compared(shop: Path) -> None:
    """As older releases made it: the next run stores the model, and the run after that compares."""
    lock = shop / "scimgen.lock"
    (shop / ".scimgen" / "model.jsonl").unlink()
    lines = lock.read_text().splitlines(keepends=True)
    lock.write_text("".join(line for line in lines if "model.jsonl" not in line))
    assert STAYS not in change(shop, "      room: {type: string", "      hall: {type: string")
    assert "the attribute Seat.hall was removed" in change(
        shop, "      hall: {type: string", "      room: {type: string"
    )


def test_nothing_to_do_loads_nothing_to_compare_with(shop: Path) -> None:
    """Neither what compares nor what generates nor what reads."""
    command = [sys.executable, "-X", "importtime", "-m", "scimgen", "generate"]
    run = subprocess.run(command, cwd=shop, capture_output=True, text=True, timeout=60, check=True)
    loaded = {line.rpartition("|")[2].strip() for line in run.stderr.splitlines()}
    assert "scimgen.project" in loaded
    heavy = (
        "scimgen.comparison",
        "scimgen.description",
        "scimgen.emit.project",
        "black",
        "jinja2",
        "jsonschema",
        "yaml",
    )
    assert not loaded.intersection(heavy)
