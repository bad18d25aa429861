"""The command, as a process: what it writes, what it leaves alone, what it prints."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.in_process import scimgen
from tests.support import EXAMPLES

PAGES = ["reference.html", "reference.md", "reference.svg"]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The crm example in a separate folder."""
    folder = tmp_path / "crm"
    shutil.copytree(EXAMPLES["crm"].parent, folder)
    return folder


def run(*arguments: object, cwd: Path) -> "subprocess.CompletedProcess[str]":
    """Run the command in a folder."""
    return scimgen("docs", *arguments, cwd=cwd)


def git(*arguments: str, cwd: Path) -> None:
    """Git, by nobody in particular."""
    who = ["-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "init.defaultBranch=main"]
    subprocess.run(["git", *who, *arguments], cwd=cwd, check=True, capture_output=True)


def edit(project: Path, old: str, new: str) -> None:
    """Change the description."""
    path = project / "crm.scim.yaml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_the_pages_stand_beside_the_description(project: Path) -> None:
    """Three files in docs, nothing on stdout, nothing else beside them; a second run changes nothing."""
    ran = run(project / "crm.scim.yaml", cwd=project.parent)
    assert (ran.returncode, ran.stdout) == (0, ""), ran.stderr
    assert sorted(path.name for path in (project / "docs").iterdir()) == PAGES
    before = [(path.stat().st_mtime_ns, path.read_bytes()) for path in sorted((project / "docs").iterdir())]
    again = run(cwd=project)
    assert (again.returncode, again.stderr) == (0, "up to date\n")
    assert before == [(path.stat().st_mtime_ns, path.read_bytes()) for path in sorted((project / "docs").iterdir())]


def test_check_tells_whether_the_pages_are_what_the_description_gives(project: Path) -> None:
    """Exit code 1 where there are none, or old ones; it writes nothing."""
    assert run("--check", cwd=project).returncode == 1
    assert not (project / "docs").exists()
    run(cwd=project)
    assert run("--check", cwd=project).returncode == 0
    edit(project, "Acme CRM", "Bcme CRM")
    ran = run("--check", cwd=project)
    assert ran.returncode == 1
    assert "reference.html: not up to date" in ran.stderr
    assert run(cwd=project).returncode == 0
    assert "Bcme CRM" in (project / "docs" / "reference.md").read_text("utf-8")


@pytest.mark.parametrize("theirs", ["# My own page\n", None])
def test_what_a_person_wrote_stays(project: Path, theirs: str | None) -> None:
    """A page of somebody's, or one of ours that was edited: none of the three is written, without --force."""
    run(cwd=project)
    page = project / "docs" / "reference.md"
    page.write_text(theirs or page.read_text("utf-8") + "An edit.\n", encoding="utf-8")
    edit(project, "Acme CRM", "Bcme CRM")
    before = {path.name: path.read_bytes() for path in (project / "docs").iterdir()}
    ran = run(cwd=project)
    assert ran.returncode == 1
    assert f"docs{os.sep}reference.md: edited, or not written by scimgen" in ran.stderr
    assert before == {path.name: path.read_bytes() for path in (project / "docs").iterdir()}
    assert run("--force", cwd=project).returncode == 0
    assert "Bcme CRM" in page.read_text("utf-8")


def test_a_link_to_nowhere_is_not_written_through(project: Path, tmp_path: Path) -> None:
    """It is somebody's."""
    (project / "docs").mkdir()
    (project / "docs" / "reference.md").symlink_to(tmp_path / "elsewhere.md")
    assert run(cwd=project).returncode == 1
    assert not (tmp_path / "elsewhere.md").exists()


def test_changes_since_a_revision_are_told(project: Path) -> None:
    """A tag alone names the description at that tag; its CSV files are those of the tag too."""
    git("init", cwd=project.parent)
    git("add", ".", cwd=project.parent)
    git("commit", "-m", "first", cwd=project.parent)
    git("tag", "v1.2", cwd=project.parent)
    edit(project, "      seats: integer\n", "      places: integer\n")
    edit(project, "tier: pro, seats: 25", "tier: pro")
    csv = project / "permission_sets.csv"
    csv.write_text("".join(csv.read_text("utf-8").splitlines(keepends=True)[:-1]), encoding="utf-8")
    for arguments, folder in ((("--since", "v1.2"), project), (("crm", "--since", "v1.2"), project.parent)):
        ran = run(*arguments, "--force", cwd=folder)
        assert ran.returncode == 0, ran.stderr
        page = (project / "docs" / "reference.html").read_text("utf-8")
        expected = ("Changes since v1.2", "the value Permission Set.ps-billing was removed", "What to do", "Okta")
        for text in (*expected, "First revoke it from all users"):
            assert text in page
        assert "License.places" in page
    assert run("--since", "v9", cwd=project).returncode == 2


def test_changes_since_a_file_are_told(project: Path, tmp_path: Path) -> None:
    """An older description; for equal ones, the page has no changes."""
    shutil.copytree(project, tmp_path / "old")
    ran = run("--since", tmp_path / "old" / "crm.scim.yaml", cwd=project)
    assert ran.returncode == 0, ran.stderr
    assert "There are no changes for clients" in (project / "docs" / "reference.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("ftp://x", "not an http or https address"),
        ("https://", "not an http or https address"),
        ("https://a/<b>", "not an http or https address"),
        ("https://[", "invalid ipv6"),
        ("https://me:secret@a/scim/v2", "without a password"),
        ("https://a/scim/v2?x=1", "without a password, ?"),
    ],
)
def test_a_base_url_that_is_none_is_refused(project: Path, url: str, expected: str) -> None:
    """Exit code 2, nothing is written."""
    ran = run("--base-url", url, cwd=project)
    assert ran.returncode == 2
    assert expected in ran.stderr.lower()
    assert not (project / "docs").exists()


def test_a_host_that_okta_refuses_is_told(project: Path) -> None:
    """An underscore; the pages are written all the same."""
    ran = run("--base-url", "https://my_crm.example/scim/v2/", cwd=project)
    assert ran.returncode == 0
    assert "Okta accepts no host with _" in ran.stderr
    assert "https://my_crm.example/scim/v2/Users" in (project / "docs" / "reference.md").read_text("utf-8")


def test_bad_input_is_told_in_a_line(project: Path, tmp_path: Path) -> None:
    """No description, one with errors, no permission, a file in place of the folder."""
    (tmp_path / "empty").mkdir()
    none = run(cwd=tmp_path / "empty")
    assert none.returncode == 2
    assert "no description" in none.stderr
    (tmp_path / "taken").write_text("", encoding="utf-8")
    taken = run("-o", tmp_path / "taken", cwd=project)
    assert taken.returncode == 2
    edit(project, "vendor: acme ", "vendor: 1 ")
    faulty = run(cwd=project)
    assert faulty.returncode == 1
    assert "nothing was written" in faulty.stderr
    for ran in (none, taken, faulty):
        assert "Traceback" not in ran.stderr
