"""The table of the brief, row by row, on a real folder with the real git merge-file."""

from collections.abc import Callable
from pathlib import Path

import pytest

from scimgen.emit import EmittedFile, Ownership
from scimgen.project import Action, Disk, Lock, LockError, Plan, UnsafePath, apply, make_plan
from scimgen.project import lock as locks

A = b"one\ntwo\nthree\nfour\nfive\n"
B = b"one\ntwo\nthree\nfour\nFIVE\n"
EDIT = b"ONE\ntwo\nthree\nfour\nfive\n"
BOTH = b"ONE\ntwo\nthree\nfour\nFIVE\n"
OVERLAP = b"one\ntwo\nthree\nfour\nfunf\n"
VERSIONS = {"scimgen": "1"}


class Project:
    """A folder, and generation of one file into it."""

    def __init__(self, root: Path) -> None:
        self.disk = Disk(root)
        self.root = root

    def lock(self) -> Lock:
        content = self.disk.read(locks.NAME)
        found = locks.parse(content) if content is not None else Lock()
        journal = self.disk.read(locks.JOURNAL)
        return found.with_journal(journal.decode()) if journal else found

    def plan(self, ownership: Ownership, new: bytes | None, **options: object) -> Plan:
        files = {} if new is None else {"file": EmittedFile("file", new, ownership, "server")}
        base: Callable[[str], bytes | None] = lambda name: self.disk.read(f"{locks.BASES}/{name}")  # noqa: E731
        return make_plan(files, self.lock(), Lock(VERSIONS), self.disk.read, base, **options)  # type: ignore[arg-type]

    def generate(self, ownership: Ownership, new: bytes | None, **options: object) -> Action:
        plan = self.plan(ownership, new, **options)
        apply(plan, self.disk)
        return plan.steps[0].action if plan.steps else Action.SAME

    def generate_all(self, *files: EmittedFile, partial: bool = False) -> None:
        """Several files, none of them merged."""
        emitted = {file.path: file for file in files}
        plan = make_plan(emitted, self.lock(), Lock(VERSIONS), self.disk.read, lambda name: None, partial=partial)
        apply(plan, self.disk)

    def generate_killed(self, ownership: Ownership, new: bytes) -> None:
        """The run is killed once the file is written, before the lock is."""

        def kill(step: object) -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            apply(self.plan(ownership, new), self.disk, kill)

    def edit(self, content: bytes | None) -> None:
        if content is None:
            (self.root / "file").unlink()
        else:
            (self.root / "file").write_bytes(content)

    def text(self) -> bytes | None:
        return self.disk.read("file")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


MERGED_ROWS = [
    # base, disk, new, then the text afterwards
    (None, None, A, Action.CREATE, A),
    (None, A, A, Action.ADOPT, A),
    (None, EDIT, A, Action.CONFLICT, EDIT),
    (A, A, B, Action.UPDATE, B),
    (A, EDIT, A, Action.KEEP, EDIT),
    (A, EDIT, B, Action.MERGE, BOTH),
    (A, OVERLAP, B, Action.CONFLICT, OVERLAP),
    (A, B, B, Action.ADOPT, B),
    (A, None, A, Action.KEEP, None),
    (A, None, B, Action.KEEP, None),
    (A, A, None, Action.DELETE, None),
    (A, EDIT, None, Action.LET_GO, EDIT),
    (A, A, A, Action.SAME, A),
]


@pytest.mark.parametrize(("base", "disk", "new", "action", "after"), MERGED_ROWS)
def test_a_merged_file(
    project: Project, base: bytes | None, disk: bytes | None, new: bytes | None, action: Action, after: bytes | None
) -> None:
    """Each row: the action, the text afterwards, and the result of --check."""
    if base is not None:
        project.generate(Ownership.MERGED, base)
    if disk is not None or base is not None:
        project.edit(disk)
    plan = project.plan(Ownership.MERGED, new)
    assert plan.steps[0].action is action
    apply(plan, project.disk)
    assert project.text() == after
    again = project.plan(Ownership.MERGED, new)
    assert again.drifts == (action is Action.CONFLICT), "green once it is settled, red until then"
    beside = project.disk.read("file.scimgen-new")
    assert beside == (new if action is Action.CONFLICT else None)


def test_a_conflict_keeps_the_old_base_until_it_is_settled(project: Project) -> None:
    """Once the owner has marked the file as right, the next change merges with it."""
    from scimgen.project.resolve import resolve_conflict

    project.generate(Ownership.MERGED, A)
    project.edit(OVERLAP)
    project.generate(Ownership.MERGED, B)
    assert project.disk.read(".scimgen/bases/file") == A
    project.edit(b"one\ntwo\nthree\nfour\nfunf FIVE\n")
    resolve_conflict(project.root / "file")
    assert not project.plan(Ownership.MERGED, B).drifts
    assert project.generate(Ownership.MERGED, b"zero\n" + B) is Action.MERGE
    assert project.text() == b"zero\none\ntwo\nthree\nfour\nfunf FIVE\n"


def test_a_deleted_file_stays_deleted_until_it_is_restored(project: Project) -> None:
    """The deletion is remembered in the lock."""
    project.generate(Ownership.MERGED, A)
    project.edit(None)
    project.generate(Ownership.MERGED, B)
    assert project.generate(Ownership.MERGED, B) is Action.SAME
    assert b"deleted " in (project.root / "scimgen.lock").read_bytes()
    assert project.generate(Ownership.MERGED, B, restore=frozenset({"file"})) is Action.CREATE
    assert project.text() == B


EMITTED_ROWS = [
    (None, None, A, Action.CREATE, A),
    (None, A, A, Action.ADOPT, A),
    (None, EDIT, A, Action.CONFLICT, EDIT),
    (A, A, B, Action.UPDATE, B),
    (A, EDIT, A, Action.EDITED, EDIT),
    (A, EDIT, B, Action.EDITED, EDIT),
    (A, None, A, Action.CREATE, A),
    (A, A, None, Action.DELETE, None),
    (A, EDIT, None, Action.LET_GO, EDIT),
    (A, A.replace(b"\n", b"\r\n"), A, Action.SAME, A.replace(b"\n", b"\r\n")),
    (A, A.replace(b"\n", b"\r\n"), B, Action.UPDATE, B),
]


@pytest.mark.parametrize(("base", "disk", "new", "action", "after"), EMITTED_ROWS)
def test_an_emitted_file(
    project: Project, base: bytes | None, disk: bytes | None, new: bytes | None, action: Action, after: bytes | None
) -> None:
    """Rewritten, come back when deleted, never written over a hand edit."""
    if base is not None:
        project.generate(Ownership.EMITTED, base)
    if disk is not None or base is not None:
        project.edit(disk)
    assert project.generate(Ownership.EMITTED, new) is action
    assert project.text() == after


def test_force_rewrites_an_edited_emitted_file(project: Project) -> None:
    """--force overrides."""
    project.generate(Ownership.EMITTED, A)
    project.edit(EDIT)
    assert project.generate(Ownership.EMITTED, B, force=True) is Action.UPDATE
    assert project.text() == B


@pytest.mark.parametrize("change", [EDIT, None])
def test_a_file_of_the_owners_is_written_once(project: Project, change: bytes | None) -> None:
    """Neither an edit nor a deletion is undone, nor is it dropped when the template goes."""
    project.generate(Ownership.YOURS, A)
    project.edit(change)
    project.generate(Ownership.YOURS, B)
    assert project.text() == change
    project.generate(Ownership.YOURS, None)
    assert project.text() == change


def test_a_file_that_the_owner_had_before_is_the_owners(project: Project) -> None:
    """An existing file is not overwritten at the first run."""
    project.edit(EDIT)
    project.generate(Ownership.YOURS, A)
    assert project.text() == EDIT


def test_a_killed_run_is_mended_by_the_next(project: Project) -> None:
    """Killed after the file and before the lock: the next run, with yet another text, knows its own file."""
    project.generate(Ownership.EMITTED, A)
    locked = project.disk.read(locks.NAME)
    project.generate_killed(Ownership.EMITTED, B)
    assert (project.text(), project.disk.read(locks.NAME)) == (B, locked)
    assert project.plan(Ownership.EMITTED, B).drifts
    assert project.generate(Ownership.EMITTED, b"third\n") is Action.UPDATE
    assert project.disk.read(locks.JOURNAL) is None


@pytest.mark.parametrize("later", [(Ownership.MERGED, None), (Ownership.EMITTED, A)])
def test_what_a_killed_run_has_merged_is_the_owners(project: Project, later: tuple[Ownership, bytes | None]) -> None:
    """It is neither deleted nor rewritten, though no lock knows the file: no run has ended yet."""
    project.generate_killed(Ownership.MERGED, A)
    project.edit(EDIT)
    project.generate_killed(Ownership.MERGED, B)
    assert project.text() == BOTH
    project.generate(*later)
    assert project.text() == BOTH


def test_a_file_of_the_owners_stays_though_a_journal_knows_it(project: Project) -> None:
    """While another file waits for somebody, the journal does; what left the lock meanwhile is out of both."""
    hooks = EmittedFile("hooks", A, Ownership.YOURS, "server")
    other = EmittedFile("other", A, Ownership.EMITTED, "server")
    project.generate_all(other)
    (project.root / "other").write_bytes(EDIT)
    project.generate_all(other, hooks)
    for _ in range(2):
        project.generate_all(other)
        assert project.disk.read("hooks") == A


def test_a_run_of_one_part_leaves_the_others_in_the_journal(project: Project) -> None:
    """What a killed run has written elsewhere is still known as scimgen's by the run after that."""
    project.generate(Ownership.EMITTED, A)
    project.generate_killed(Ownership.EMITTED, B)
    project.generate_all(EmittedFile("models", A, Ownership.EMITTED, "models"), partial=True)
    assert project.generate(Ownership.EMITTED, b"third\n") is Action.UPDATE


def test_a_second_run_does_nothing(project: Project) -> None:
    """Nothing is written, not even the same bytes."""
    project.generate(Ownership.EMITTED, A)
    before = {path: path.stat().st_mtime_ns for path in project.root.rglob("*")}
    plan = project.plan(Ownership.EMITTED, A)
    apply(plan, project.disk)
    assert not plan.drifts
    assert {path: path.stat().st_mtime_ns for path in project.root.rglob("*")} == before


@pytest.mark.parametrize("path", ["../out", "/etc/out", "a/../../out", "a\\..\\out", ""])
def test_no_path_leads_out_of_the_project(tmp_path: Path, path: str) -> None:
    """Absolute, climbing and foreign paths are refused."""
    with pytest.raises(UnsafePath):
        Disk(tmp_path).path(path)


def test_a_symbolic_link_out_of_the_project_is_not_followed(tmp_path: Path) -> None:
    """Neither as a folder on the way nor as the file itself."""
    outside, inside = tmp_path / "outside", tmp_path / "inside"
    outside.mkdir()
    inside.mkdir()
    (inside / "link").symlink_to(outside)
    (inside / "file").symlink_to(outside / "target")
    for path in ("link/file", "file"):
        with pytest.raises(UnsafePath, match="symbolic link"):
            Disk(inside).write(path, b"x")
    assert list(outside.iterdir()) == []


def test_a_folder_in_the_way_of_a_file_is_named(tmp_path: Path) -> None:
    """And a file in the way of a folder."""
    (tmp_path / "a").mkdir()
    (tmp_path / "b").write_text("x")
    with pytest.raises(UnsafePath, match="a folder where a file is needed"):
        Disk(tmp_path).write("a", b"")
    with pytest.raises(UnsafePath, match="a file where a folder is needed"):
        Disk(tmp_path).write("b/c", b"")


def test_the_lock_is_a_line_a_file_and_reads_back() -> None:
    """Sorted, so that two branches merge; and what is no lock is refused by line."""
    entries = {"b": locks.Entry(Ownership.YOURS, "2" * 64), "a c": locks.Entry(Ownership.MERGED, "1" * 64, True)}
    vendored = {"crm/_server": "6" * 64}
    lock = Lock({"scimgen": "1"}, {"crm.scim.yaml": "4" * 64}, {"b": "5" * 64}, vendored, entries)
    text = locks.dump(lock)
    assert text.decode().splitlines()[1:] == [
        "version scimgen 1",
        f"input {'4' * 64} crm.scim.yaml",
        f"source {'5' * 64} b",
        f"vendored {'6' * 64} crm/_server",
        f"deleted {'1' * 64} a c",
        f"yours {'2' * 64} b",
    ]
    assert locks.parse(text) == lock
    with pytest.raises(LockError, match=r"scimgen\.lock:1: .*resolve the merge"):
        locks.parse(b"<<<<<<< ours\n")


@pytest.mark.parametrize(
    ("made", "refused"),
    [
        ({"scimgen": "0.1.0", "black": "26.1", "datamodel-code-generator": "0.89.0"}, None),
        ({"scimgen": "0.0.9", "black": "25.1", "datamodel-code-generator": "0.80.0"}, None),
        ({"scimgen": "0.10.0", "black": "26.1"}, "pip install scimgen==0.10.0"),
        ({"scimgen": "0.1.0", "black": "25.1"}, "pip install black==25.1"),
        ({"scimgen": "0.1.0", "datamodel-code-generator": "0.88"}, "pip install datamodel-code-generator==0.88"),
        ({}, None),
    ],
)
def test_what_other_generators_made_is_not_compared(made: dict[str, str], refused: str | None) -> None:
    """A clear message instead of a storm of changed lines; an older project is upgraded."""
    here = {"scimgen": "0.1.0", "black": "26.1", "datamodel-code-generator": "0.89.0"}
    if refused is None:
        locks.check_versions(Lock(made), here)
    else:
        with pytest.raises(LockError, match=refused):
            locks.check_versions(Lock(made), here)
