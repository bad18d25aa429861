"""A vendored folder: one hash in the lock, hand edits refused as a whole, on a real folder."""

from pathlib import Path

import pytest

from scimgen.emit import EmittedFile, Ownership
from scimgen.project import Action, Disk, Lock, Plan, Step, UnsafePath, apply, make_plan
from scimgen.project import lock as locks
from scimgen.project.vendored import folder_digest, folder_hashes

FOLDER = "crm/_server"
FIRST = {"__init__.py": b"first\n", "app.py": b"one\ntwo\n", "same.py": b"same\n"}
SECOND = {"__init__.py": b"second\n", "more/new.py": b"new\n", "same.py": b"same\n"}
THIRD = {"__init__.py": b"third\n", "same.py": b"other\n"}

Files = dict[str, bytes]


class Project:
    """A folder, and generation of a copy of a package into it."""

    def __init__(self, root: Path) -> None:
        self.disk = Disk(root)
        self.copy = root / FOLDER

    def lock(self) -> Lock:
        content = self.disk.read(locks.NAME)
        found = locks.parse(content) if content is not None else Lock()
        journal = self.disk.read(locks.JOURNAL)
        return found.with_journal(journal.decode()) if journal else found

    def plan(self, files: Files, *, force: bool = False) -> Plan:
        """The plan for some files of the copy; none of them: the copy is not emitted any more."""
        emitted = {
            f"{FOLDER}/{name}": EmittedFile(f"{FOLDER}/{name}", content, Ownership.VENDORED, "server")
            for name, content in files.items()
        }
        made = Lock({"scimgen": "1"}, vendored=folder_hashes(emitted))
        return make_plan(emitted, self.lock(), made, self.disk.read, lambda name: None, self.disk.files, force=force)

    def generate(self, files: Files, *, force: bool = False) -> Plan:
        plan = self.plan(files, force=force)
        apply(plan, self.disk)
        return plan

    def generate_killed(self, files: Files, *, after: int) -> None:
        """The run is killed after some steps, before the lock is written."""
        steps: list[Step] = []

        def kill(step: Step) -> None:
            steps.append(step)
            if len(steps) == after:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            apply(self.plan(files), self.disk, kill)

    def files(self) -> Files:
        """What the copy has on the disk."""
        found = self.disk.files(FOLDER)
        return {path.removeprefix(f"{FOLDER}/"): content for path, content in found.items()}


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project with the first copy."""
    made = Project(tmp_path)
    made.generate(FIRST)
    return made


def refused(plan: Plan) -> bool:
    """Whether one step names the folder as edited by hand, and nothing else happens."""
    return [(step.path, step.action) for step in plan.steps] == [(FOLDER, Action.EDITED)]


def test_the_lock_has_one_line_for_the_folder(project: Project) -> None:
    """Its hash, and no line for a file."""
    lines = (project.disk.root / locks.NAME).read_text().splitlines()
    contents = {f"{FOLDER}/{name}": content for name, content in FIRST.items()}
    assert [line for line in lines if FOLDER in line] == [f"vendored {folder_digest(FOLDER, contents)} {FOLDER}"]
    assert not project.plan(FIRST).drifts


def test_the_hash_depends_on_paths_and_contents() -> None:
    """A moved file is another folder; bytes that move from one file to the next as well."""
    given = {f"{FOLDER}/a": b"1", f"{FOLDER}/b": b"2"}
    others = ({f"{FOLDER}/a": b"1", f"{FOLDER}/c": b"2"}, {f"{FOLDER}/a": b"12", f"{FOLDER}/b": b""})
    assert all(folder_digest(FOLDER, other) != folder_digest(FOLDER, given) for other in others)


def test_a_new_copy_replaces_the_old_one(project: Project) -> None:
    """Changed files are written, new ones created, removed ones deleted, the rest is not touched."""
    plan = project.generate(SECOND)
    assert {step.path.removeprefix(f"{FOLDER}/"): step.action for step in plan.steps} == {
        "__init__.py": Action.UPDATE,
        "app.py": Action.DELETE,
        "more/new.py": Action.CREATE,
        "same.py": Action.SAME,
    }
    assert project.files() == SECOND
    assert not project.plan(SECOND).drifts


def test_a_copy_that_is_not_emitted_any_more_is_deleted(project: Project) -> None:
    """The folder goes, and its line in the lock."""
    project.generate({})
    assert not project.copy.exists()
    assert project.lock().vendored == {}


@pytest.mark.parametrize("new", [FIRST, SECOND])
@pytest.mark.parametrize("edit", ["changed", "added", "deleted"])
def test_a_copy_that_was_edited_is_refused(project: Project, edit: str, new: Files) -> None:
    """One step with the folder's path, `--check` fails, nothing is written; `--force` writes the whole copy again."""
    if edit == "changed":
        (project.copy / "app.py").write_bytes(b"mine\n")
    elif edit == "added":
        (project.copy / "mine.py").write_bytes(b"mine\n")
    else:
        (project.copy / "app.py").unlink()
    before = project.files()
    plan = project.generate(new)
    assert refused(plan)
    assert plan.drifts
    assert project.files() == before
    assert refused(project.plan(new)), "the next run refuses it again"
    project.generate(new, force=True)
    assert project.files() == new
    assert not project.plan(new).drifts


def test_an_edited_copy_that_is_not_emitted_any_more_is_its_owners(project: Project) -> None:
    """No edit is deleted."""
    (project.copy / "app.py").write_bytes(b"mine\n")
    plan = project.generate({})
    assert [(step.path, step.action) for step in plan.steps] == [(FOLDER, Action.LET_GO)]
    assert project.files()["app.py"] == b"mine\n"


def test_a_folder_that_was_there_before_is_not_overwritten(tmp_path: Path) -> None:
    """Nothing is known of it, so it is refused; with the same files it is taken over."""
    project = Project(tmp_path)
    project.disk.write(f"{FOLDER}/app.py", b"mine\n")
    assert refused(project.generate(FIRST))
    for name, content in FIRST.items():
        project.disk.write(f"{FOLDER}/{name}", content)
    assert all(step.action is Action.SAME for step in project.generate(FIRST).steps)
    assert not project.plan(FIRST).drifts


def test_a_deleted_copy_is_written_again(project: Project) -> None:
    """Like every generated file."""
    for path in project.copy.iterdir():
        path.unlink()
    project.copy.rmdir()
    project.generate(FIRST)
    assert project.files() == FIRST


def test_line_ends_of_git_are_no_edit(project: Project) -> None:
    """The same release drifts in nothing, another one replaces the files."""
    for path in project.copy.iterdir():
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert not project.plan(FIRST).drifts
    project.generate(SECOND)
    assert project.files()["__init__.py"] == b"second\n"


def test_compiled_files_are_no_edit(project: Project) -> None:
    """Python writes them where the app runs."""
    project.disk.write(f"{FOLDER}/__pycache__/app.cpython-311.pyc", b"\0")
    assert not project.plan(FIRST).drifts


@pytest.mark.parametrize("after", [1, 2, 3, 4])
@pytest.mark.parametrize("next_copy", [FIRST, SECOND, THIRD])
def test_a_killed_run_is_continued_by_the_next(project: Project, after: int, next_copy: Files) -> None:
    """Whichever files it has written, and whichever copy the next run has."""
    project.generate_killed(SECOND, after=after)
    plan = project.generate(next_copy)
    assert plan.settled
    assert project.files() == next_copy
    assert project.disk.read(locks.JOURNAL) is None


@pytest.mark.parametrize("after", [1, 2, 3])
def test_a_killed_first_run_is_continued(tmp_path: Path, after: int) -> None:
    """There is no lock yet."""
    project = Project(tmp_path)
    project.generate_killed(FIRST, after=after)
    assert project.generate(SECOND).settled
    assert project.files() == SECOND


def test_an_edit_after_a_killed_run_is_refused(project: Project) -> None:
    """The journal knows the bytes of both copies, and no others."""
    project.generate_killed(SECOND, after=1)
    (project.copy / "same.py").write_bytes(b"mine\n")
    assert refused(project.plan(SECOND))


def test_a_second_run_writes_nothing(project: Project) -> None:
    """Not even the same bytes, and no journal."""
    before = {path: path.stat().st_mtime_ns for path in project.disk.root.rglob("*")}
    project.generate(FIRST)
    assert {path: path.stat().st_mtime_ns for path in project.disk.root.rglob("*")} == before


def test_a_symbolic_link_in_a_copy_is_not_followed(project: Project, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Nothing outside of the project is read or written."""
    outside = tmp_path_factory.mktemp("outside") / "file"
    outside.write_bytes(b"outside\n")
    (project.copy / "link.py").symlink_to(outside)
    with pytest.raises(UnsafePath, match="symbolic link"):
        project.plan(SECOND)
