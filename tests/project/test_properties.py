"""Random lives of a project: descriptions change, people edit and delete, runs are killed, templates are upgraded.

Whatever happens: no text of a person is lost, a run after a run does nothing, and `--check` is right.
"""

import contextlib
import shutil
import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from scimgen.emit import EmittedFile, Ownership
from scimgen.project import Action, Disk, Lock, Plan, Step, apply, make_plan
from scimgen.project import lock as locks

PATHS = {
    "pkg/emitted_one.py": Ownership.EMITTED,
    "pkg/emitted_two.py": Ownership.EMITTED,
    "pkg/hooks.py": Ownership.YOURS,
    "Makefile": Ownership.MERGED,
    "pyproject.toml": Ownership.MERGED,
}
LINES = 9


def text(path: str, description: int, template: int) -> bytes:
    """What is emitted for a path: some lines follow the description, some the template's release, most are fixed."""
    lines = [f"{path} line {number}" for number in range(LINES)]
    lines[1] = f"{path} by description {description}"
    lines[LINES - 2] = f"{path} by template {template}"
    return ("\n".join(lines) + "\n").encode()


class Killed(Exception):
    """The run ends here, as by SIGKILL."""


class Life(RuleBasedStateMachine):
    """One project on a real disk."""

    @initialize()
    def begin(self) -> None:
        self.root = Path(tempfile.mkdtemp(prefix="scimgen-life-"))
        self.disk = Disk(self.root)
        self.description, self.template, self.edits = 0, 0, 0
        self.emitted = set(PATHS)
        self.mine: dict[str, set[bytes]] = {path: set() for path in PATHS}
        self.let_go: set[str] = set()

    def teardown(self) -> None:
        shutil.rmtree(self.root, ignore_errors=True)

    def plan(self) -> Plan:
        content = self.disk.read(locks.NAME)
        lock = locks.parse(content) if content is not None else Lock()
        journal = self.disk.read(locks.JOURNAL)
        lock = lock.with_journal(journal.decode()) if journal is not None else lock
        files = {
            path: EmittedFile(path, text(path, self.description, self.template), PATHS[path], "server")
            for path in self.emitted
        }
        made = Lock({"scimgen": str(self.template)}, {"page": str(self.description)})
        return make_plan(files, lock, made, self.disk.read, lambda path: self.disk.read(f"{locks.BASES}/{path}"))

    @rule(description=st.integers(0, 3))
    def change_the_description(self, description: int) -> None:
        self.description = description

    @rule()
    def upgrade_the_templates(self) -> None:
        self.template += 1

    @rule(path=st.sampled_from(sorted(PATHS)))
    def drop_or_bring_back_a_file(self, path: str) -> None:
        self.emitted ^= {path}

    @rule(path=st.sampled_from(sorted(PATHS)), at=st.integers(0, LINES))
    def a_person_edits(self, path: str, at: int) -> None:
        content = self.disk.read(path)
        if content is None:
            return
        self.edits += 1
        line = f"a person wrote this, edit {self.edits}\n".encode()
        lines = content.splitlines(keepends=True)
        lines.insert(at, line)
        (self.root / path).write_bytes(b"".join(lines))
        self.mine[path].add(line)

    @rule(path=st.sampled_from(sorted(PATHS)))
    def a_person_deletes(self, path: str) -> None:
        if self.disk.read(path) is not None:
            (self.root / path).unlink()
            self.mine[path].clear()

    @rule(path=st.sampled_from(sorted(PATHS)))
    def a_person_takes_the_edits_back(self, path: str) -> None:
        content = self.disk.read(path)
        if content is not None:
            kept = [line for line in content.splitlines(keepends=True) if line not in self.mine[path]]
            (self.root / path).write_bytes(b"".join(kept))
            self.mine[path].clear()

    @rule(steps=st.integers(0, len(PATHS)))
    def a_run_is_killed(self, steps: int) -> None:
        seen: list[Step] = []

        def kill(step: Step) -> None:
            seen.append(step)
            if step.action is Action.LET_GO:
                self.let_go.add(step.path)
            if len(seen) > steps:
                raise Killed

        with contextlib.suppress(Killed):
            apply(self.plan(), self.disk, kill)

    @rule()
    def a_run_ends(self) -> None:
        before = {path: self.disk.read(path) for path in PATHS}
        plan = self.plan()
        apply(plan, self.disk)
        again = self.plan()
        assert again.drifts == (not plan.settled), "a second run has nothing to do, unless somebody is waited for"
        state = {path.name: path.read_bytes() for path in self.root.rglob("*") if path.is_file()}
        apply(again, self.disk)
        assert state == {path.name: path.read_bytes() for path in self.root.rglob("*") if path.is_file()}
        for step in plan.steps:
            assert step.settled or self.mine[step.path] or step.path in self.let_go, "nobody edited it"
            if step.action is Action.LET_GO:
                self.let_go.add(step.path)
            elif step.settled:
                self.let_go.discard(step.path)
            now = self.disk.read(step.path)
            if step.action in (Action.EDITED, Action.CONFLICT, Action.KEEP, Action.LET_GO):
                assert now == before[step.path]
            if PATHS[step.path] is Ownership.EMITTED and step.settled and step.path in self.emitted:
                assert now == text(step.path, self.description, self.template)

    @invariant()
    def no_text_of_a_person_is_lost(self) -> None:
        if not hasattr(self, "disk"):
            return
        for path, lines in self.mine.items():
            content = self.disk.read(path) or b""
            assert all(line in content for line in lines), path


Life.TestCase.settings = settings(stateful_step_count=30)
test_a_life = Life.TestCase
