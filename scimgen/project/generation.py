"""One run of the generator: emit the files of a model, and compare them with the disk."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

from scimgen.emit import EmittedFile, Ownership
from scimgen.emit.files import VENDORED_FOLDER, ProjectTarget
from scimgen.emit.moved import advice, emit_moved, old_imports
from scimgen.emit.old_modules import has_compatibility_modules
from scimgen.emit.project import emit_project
from scimgen.model import App
from scimgen.project.disk import Disk
from scimgen.project.fresh import TEMPLATES, inputs_of
from scimgen.project.lock import BASES, Lock, current_versions, digest
from scimgen.project.plan import Plan, make_plan
from scimgen.project.vendored import folder_hashes


@dataclass(frozen=True)
class Generation:
    """One run of the generator.

    Args:
        app: the model.
        target: the name of the description, and how the app gets the server runtime.
        disk: the folder of the project.
        old: the lock of the last run.
        sources: the names of the description and its CSV files.
        only: the parts to emit. The default is all parts.
    """

    app: App
    target: ProjectTarget
    disk: Disk
    old: Lock
    sources: Collection[str]
    only: frozenset[str] = frozenset()

    def plan(self, *, force: bool, restore: frozenset[str]) -> tuple[Plan, tuple[str, ...]]:
        """Emit the files, and compare them with the disk.

        Args:
            force: whether to rewrite generated files that were edited by hand.
            restore: the paths of deleted files to create again.

        Returns:
            the plan, and one line of advice for each import of a module that has moved.

        Raises:
            NoGit: a file has to be merged, and git is not installed.
            UnknownPart: `only` has a part that does not exist.
            UnsafePath: a path leads out of the folder.
        """
        files = emit_project(self.app, self.target, self.only, self._reuse)
        moved: tuple[str, ...] = ()
        if not self.only or "server" in self.only:
            moved = self._add_moved(files)
        plan = make_plan(
            files,
            self.old,
            self._new_lock(files),
            self.disk.read,
            lambda name: self.disk.read(f"{BASES}/{name}"),
            self.disk.files,
            force=force,
            restore=restore,
            partial=bool(self.only),
        )
        return plan, moved

    @cached_property
    def _inputs(self) -> dict[str, str]:
        return inputs_of(self.disk, self.sources)

    @cached_property
    def _has_same_generators(self) -> bool:
        same_templates = self.old.inputs.get(TEMPLATES) == self._inputs[TEMPLATES]
        return same_templates and self.old.versions == current_versions()

    def _new_lock(self, files: dict[str, EmittedFile]) -> Lock:
        """The lock without its entries. A partial run keeps the inputs of the last whole run."""
        sources = {file.path: file.source for file in files.values() if file.source}
        return Lock(
            versions=current_versions(),
            inputs=self.old.inputs if self.only else self._inputs,
            sources={**self.old.sources, **sources} if self.only else sources,
            vendored=folder_hashes(files),
        )

    def _reuse(self, path: str, source: str) -> bytes | None:
        """The bytes on the disk, if the same generators made them from the same source."""
        entry = self.old.entries.get(path)
        if (
            not self._has_same_generators
            or entry is None
            or entry.deleted
            or self.old.sources.get(path) != source
        ):
            return None
        is_merged = entry.ownership is Ownership.MERGED
        content = self.disk.read(f"{BASES}/{path}" if is_merged else path)
        # The hash in the lock decides. An interrupted run can have written a file that another
        # source belongs to.
        return content if content is not None and digest(content) == entry.digest else None

    def _add_moved(self, files: dict[str, EmittedFile]) -> tuple[str, ...]:
        """Add the compatibility modules that the owner's files import, and return the advice.

        Only projects of the older layout are searched. In others, a module of such a name belongs
        to the owner.
        """
        has_old_layout = bool(self.old.entries) and "scimgen-server" not in self.old.versions
        if not has_old_layout and not has_compatibility_modules(self.old.entries):
            return ()
        imports = old_imports(self.app.package, self._owned_sources(files))
        for file in emit_moved(self.app, self.target, {one.module for one in imports}):
            files[file.path] = file
        return tuple(advice(self.app, self.target, one) for one in imports)

    def _owned_sources(self, files: dict[str, EmittedFile]) -> dict[str, bytes]:
        """The Python files of the owner, by path."""
        generated = {
            path for path, entry in self.old.entries.items() if entry.ownership is Ownership.EMITTED
        }
        generated |= {path for path, file in files.items() if file.ownership is Ownership.EMITTED}
        vendored = f"{self.app.package}/{VENDORED_FOLDER}/"
        found = self.disk.sources(self.app.package) | self.disk.sources("tests")
        return {
            path: content
            for path, content in found.items()
            if path not in generated and not path.startswith(vendored)
        }
