"""One run: read the inputs, fix them if asked, check them, drop what is ignored, and report the
rest.
"""

import sys
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path

from scimgen.diagnostics import Diagnostic, Severity
from scimgen.diagnostics.summary import Results, RuleText
from scimgen.documents.recognise import Shape, recognise
from scimgen.rules import Finding, all_rules, check
from scimgen.rules.check import diagnostic
from scimgen.rules.report import MOST_KEPT
from scimgen.settings import Settings
from scimgen.settings.baseline import Key, read_baseline, render_baseline, stable_pointer
from scimgen.settings.ignores import Ignores, comments
from scimgen.source import Document, Object, Unreadable
from scimgen.validation.inputs import files, is_url, read


@dataclass(frozen=True, slots=True)
class Request:
    """The options of a run. See `scimgen validate --help`.

    Args:
        paths: Files, folders, `-`, or the base URLs of live servers.
        settings: The settings of the project.
        clients: The client profiles whose rules apply in addition to those of the RFCs and the
            settings.
        min_severity: The lowest severity that is shown.
        each: Whether to check every file separately.
        fix: Whether to apply the fixes that have exactly one right answer. With `diff`, files are
            not changed.
        baseline: The baseline file with ignored findings.
        write_baseline: Whether to write the baseline instead of reporting the findings.
        token: The bearer token for live servers.
    """

    paths: tuple[str, ...]
    settings: Settings = field(default_factory=Settings)
    clients: tuple[str, ...] = ()
    min_severity: Severity = Severity.WARNING
    each: bool = False
    fix: bool = False
    diff: bool = False
    baseline: Path | None = None
    write_baseline: bool = False
    token: str | None = None


@dataclass(slots=True)
class Outcome:
    """The outcome of a run: the results, the failures, and notes for the user."""

    results: Results
    failures: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    diffs: list[str] = field(default_factory=list)

    def exit_code(self, strict: bool = False) -> int:
        """The exit code: 0 no errors, 1 errors (with `strict` also warnings), 2 a file could not be
        read or written.
        """
        if self.failures:
            return 2
        worst = self.results.count(Severity.ERROR) or (
            strict and self.results.count(Severity.WARNING)
        )
        return 1 if worst else 0


def validate(request: Request) -> Outcome:
    """Validate descriptions, SCIM documents and live servers.

    Raises:
        BaselineError: The baseline cannot be read.
    """
    run = _Run(request)
    run.read()
    if request.fix or request.diff:
        run.fix()
    run.check()
    return run.outcome()


def _is_description(document: Document) -> bool:
    named = document.source.name.lower().endswith((".scim.yaml", ".scim.yml"))
    if document.root is None:
        return named
    shape = recognise(document.root)
    return shape is Shape.DESCRIPTION or (named and shape is Shape.UNKNOWN)


def _is_foreign(document: Document) -> bool:
    """Whether a JSON file in a folder is unrelated to SCIM: package.json, a JSON Schema, an OpenAPI
    document.
    """
    root = document.root
    if root is None or recognise(root) is not Shape.UNKNOWN:
        return False
    names = {member.key for member in root.members} if isinstance(root, Object) else set()
    return "schemas" not in names or bool(names & {"$schema", "openapi", "swagger"})


class _Run:
    def __init__(self, request: Request) -> None:
        self.request = request
        self.clients = tuple(dict.fromkeys((*request.settings.clients, *request.clients)))
        self.documents: list[Document] = []
        self.descriptions: list[Document] = []
        self.paths: dict[str, Path] = {}
        self.ignores = Ignores(request.settings.folder, request.settings.ignores)
        self.known: set[Key] = set()
        self.met: set[Key] = set()
        if request.baseline and not request.write_baseline:
            self.known = read_baseline(request.baseline)
        self.failures: list[str] = []
        self.notes: list[str] = []
        self.diffs: list[str] = []
        self.findings: list[Diagnostic] = []
        self.counts: Counter[Severity] = Counter()
        self.hidden = 0
        self.ignored = 0

    def read(self) -> None:
        """Read all inputs. An input that cannot be read does not stop the run."""
        local = [path for path in self.request.paths if not is_url(path)]
        foreign: list[str] = []
        try:
            for file, found in files(local, self.request.settings.exclude):
                self.take(file, found, foreign)
        except Unreadable as error:
            self.failures.append(str(error))
        for url in filter(is_url, self.request.paths):
            self.server(url)
        if foreign:
            more = f" and {len(foreign) - 3} more" if len(foreign) > 3 else ""
            self.notes.append(f"skipped, not SCIM documents: {', '.join(foreign[:3])}{more}")
        if not self.documents and not self.descriptions and not self.failures:
            self.notes.append("found nothing to validate")

    def take(self, file: Path, found: bool, foreign: list[str]) -> None:
        """Read one file."""
        try:
            document = read(file)
        except Unreadable as error:
            self.failures.append(str(error))
            return
        if found and _is_foreign(document):
            foreign.append(str(file))
            return
        self.paths[document.source.name] = file
        if document.language == "yaml":
            self.ignores.add(comments(document))
        (self.descriptions if _is_description(document) else self.documents).append(document)

    def server(self, url: str) -> None:
        """Read the discovery documents of a server."""
        from scimgen.discovery import read_server

        try:
            self.documents.extend(
                read_server(url, self.request.token, self.clients, self.failures.append)
            )
        except Unreadable as error:
            self.failures.append(str(error))

    def fix(self) -> None:
        """Fix the documents. Files are changed unless only the diff is requested."""
        from scimgen.atomic import write_atomically
        from scimgen.validation.fixing import fix

        for index, document in enumerate(self.documents):
            path = self.paths.get(document.source.name)
            if document.root is None or document.language != "json" or path is None:
                continue
            fixed = fix(document, self.clients, self.wanted)
            if fixed is None:
                continue
            if self.request.diff:
                self.diffs.append(fixed.diff())
            elif str(path) == "-":
                self.failures.append("standard input cannot be fixed in place: use --diff")
            else:
                try:
                    write_atomically(path, fixed.data)
                except OSError as error:
                    self.failures.append(f"{path}: {(error.strerror or str(error)).lower()}")
                    continue
                self.notes.append(f"fixed {path}")
                self.documents[index] = fixed.after

    def wanted(self, finding: Finding) -> bool:
        """Whether to fix a finding: its severity is shown, and it is not ignored or in the
        baseline.
        """
        severity = self.request.settings.severities.get(finding.rule.id, finding.severity)
        if severity is None or severity < self.request.min_severity:
            return False
        name = finding.spot.document.source.name
        if self.ignores.keep_back(finding.rule.id, name, finding.spot.pointer, 0):
            return False
        return (
            self.key(finding.rule.id, finding.spot.document, finding.spot.pointer) not in self.known
        )

    def key(self, rule: str, document: Document | None, pointer: str, file: str = "") -> Key:
        """The key of a finding in the baseline."""
        name = document.source.name if document else file
        return (
            self.ignores.relative(name),
            rule,
            stable_pointer(document.root if document else None, pointer),
        )

    def check(self) -> None:
        """Run the rules and report their findings."""
        # A baseline has every finding, so that none of them counts as new.
        most = sys.maxsize if self.known or self.request.write_baseline else MOST_KEPT
        checked = check(self.documents, self.clients, each=self.request.each, most=most)
        for finding in checked.findings:
            self.sort_out(finding)
        for (rule, stated), count in checked.left_off.items():
            severity = self.request.settings.severities.get(rule, stated)
            if severity is not None and severity >= self.request.min_severity:
                self.counts[severity] += count
            elif severity is not None:
                self.hidden += count
        for document in self.descriptions:
            self.description(document)
        asked = {rule.id for rule in all_rules() if not rule.client or rule.client in self.clients}
        for found in self.ignores.unneeded((rule.id for rule in all_rules()), asked):
            self.show(found)

    def description(self, document: Document) -> None:
        """Read a description and report its findings."""
        from scimgen.description import load

        app, findings = load(document)
        for finding in findings:
            self.report(finding, document)
        if app is not None:
            from scimgen.validation.described import check_described

            for finding in check_described(app, self.clients):
                self.report(finding, document)

    def sort_out(self, finding: Finding) -> None:
        """Count, ignore or show a finding.

        Lines and columns are only computed for shown findings.
        """
        settings, rule = self.request.settings, finding.rule.id
        severity = settings.severities.get(rule, finding.severity)
        if severity is None:
            return
        plain = not self.ignores.ignores and not self.known and not self.request.write_baseline
        if plain and severity < self.request.min_severity:
            self.hidden += 1
            return
        shown = diagnostic(finding)
        self.report(
            shown if severity is finding.severity else replace(shown, severity=severity),
            finding.spot.document,
        )

    def report(self, finding: Diagnostic, document: Document) -> None:
        """Show a finding unless it is switched off, ignored or in the baseline."""
        severity = self.request.settings.severities.get(finding.rule, finding.severity)
        if severity is None:
            return
        finding = finding if severity is finding.severity else replace(finding, severity=severity)
        place = finding.place
        if self.ignores.keep_back(finding.rule, place.file, finding.pointer, place.line):
            self.ignored += 1
            return
        if self.known or self.request.write_baseline:
            key = self.key(finding.rule, document, finding.pointer)
            if severity >= self.request.min_severity:
                self.met.add(key)
            if key in self.known:
                self.ignored += 1
                return
        self.show(finding)

    def show(self, finding: Diagnostic) -> None:
        """Count a finding, and keep it if its severity is high enough."""
        if finding.severity < self.request.min_severity:
            self.hidden += 1
            return
        self.counts[finding.severity] += 1
        self.findings.append(finding)

    def outcome(self) -> Outcome:
        """The outcome of the run.

        With `write_baseline`, the findings are written to the baseline.
        """
        if self.request.write_baseline and self.request.baseline:
            from scimgen.atomic import write_atomically

            try:
                write_atomically(self.request.baseline, render_baseline(self.met).encode("utf-8"))
                self.notes.append(f"wrote {len(self.met)} findings to {self.request.baseline}")
            except OSError as error:
                self.failures.append(
                    f"{self.request.baseline}: {(error.strerror or str(error)).lower()}"
                )
            self.ignored, self.findings = len(self.findings), []
            self.counts.clear()
        elif self.known - self.met:
            gone = len(self.known - self.met)
            self.notes.append(
                f"{gone} findings of the baseline no longer exist: update it with --write-baseline"
            )
        names = [document.source.name for document in (*self.documents, *self.descriptions)]
        results = Results(
            sorted(self.findings, key=lambda finding: finding.order),
            names,
            self.counts,
            self.hidden,
            self.ignored,
            rule_texts(),
        )
        return Outcome(results, self.failures, self.notes, self.diffs)


def rule_texts() -> dict[str, RuleText]:
    """The texts of all rules by id."""
    return {
        rule.id: RuleText(rule.title, rule.why, rule.source, rule.severity) for rule in all_rules()
    }
