"""The output formats by name: a new one is a function and a line in the table."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from scimgen.compare.advice import advice, whom
from scimgen.compare.change import Change, Severity
from scimgen.compare.comparison import Comparison
from scimgen.compare.pages import nearest
from scimgen.diagnostics.text import excerpt, printable
from scimgen.model import AllowedBreak

_COLOURS = {Severity.BREAKING: "\x1b[31m", Severity.ATTENTION: "\x1b[33m", Severity.SAFE: "\x1b[32m"}
_BOLD, _DIM, _RESET = "\x1b[1m", "\x1b[2m", "\x1b[0m"
_COMMANDS = {Severity.BREAKING: "error", Severity.ATTENTION: "warning", Severity.SAFE: "notice"}


@dataclass(frozen=True, slots=True)
class Told:
    """What a renderer is given.

    Args:
        old, new: what the person called the two sides.
        comparison: what was found.
        clients: the clients of the app; all where it names none.
    """

    old: str
    new: str
    comparison: Comparison
    clients: tuple[str, ...] = ()


Renderer = Callable[[Told], Iterator[str]]


def summary(comparison: Comparison) -> str:
    """One line for a person.

    >>> summary(Comparison(()))
    'no changes'
    """
    parts = [f"{comparison.count(severity)} {severity}" for severity in reversed(Severity)]
    allowed = sum(change.allowed is not None for change in comparison.changes)
    said = ", ".join(part for part in parts if not part.startswith("0 ")) + (f" ({allowed} allowed)" if allowed else "")
    number = len(comparison.changes)
    return f"{number} {'change' if number == 1 else 'changes'}: {said}" if number else "no changes"


def allowances(comparison: Comparison) -> Iterator[tuple[AllowedBreak, str]]:
    """The allowed breaks that are unknown or unused, and what to say of each."""
    for entry in comparison.unknown:
        near = nearest(entry.change)
        mend = f"did you mean {near}?" if near else "scimgen diff shows the kinds in brackets"
        yield entry, f"there is no kind of change {entry.change!r}: {mend}"
    for entry in comparison.unused:
        yield entry, f"nothing needs the allowed break {entry.change} at {entry.at}: remove it, or mend its path"


def render_text(told: Told, colour: bool = False) -> Iterator[str]:
    """Every change as the lines that a terminal shows, the worst first, then what to do about the URNs."""
    for change in told.comparison.shown:
        yield from _text(change, told.clients, colour)
        yield ""
    for line in advice(told.comparison):
        yield f"version: {printable(line)}"


def _text(change: Change, clients: tuple[str, ...], colour: bool) -> Iterator[str]:
    bold, dim, reset = (_BOLD, _DIM, _RESET) if colour else ("", "", "")
    tint = _COLOURS[change.severity] if colour else ""
    place = change.shown_place
    where = f"{bold}{printable(str(place))}:{reset} " if place else ""
    said = f"{tint}{change.severity}[{change.kind.id}]{reset} {printable(change.message)}"
    yield where + said + (" (allowed)" if change.allowed else "")
    if place and place.excerpt.strip():
        line, carets = excerpt(place)
        number = str(place.line)
        yield f"{dim}{number} |{reset} {line}"
        yield f"{dim}{' ' * len(number)} |{reset} {tint}{carets}{reset}"
    if change.allowed:
        yield f"  {dim}={reset} allowed: {printable(change.allowed.reason)}"
    if change.question:
        yield f"  {dim}?{reset} {printable(change.question)}"
    if change.severity is Severity.SAFE:
        return
    if change.kind.affects:
        yield f"  {dim}= affects: {', '.join(change.kind.affects)}{reset}"
    for heading, text in whom(change, clients):
        yield f"  {dim}={reset} {heading}: {printable(text)}"


def render_json(told: Told) -> Iterator[str]:
    """`{"changes": […], "versions": […], "allowances": […], "summary": {…}}`."""
    comparison = told.comparison
    found = {
        "old": told.old,
        "new": told.new,
        "changes": [_json(change) for change in comparison.shown],
        "versions": list(advice(comparison)),
        "allowances": [
            {"change": entry.change, "at": entry.at, "reason": entry.reason, "message": message}
            for entry, message in allowances(comparison)
        ],
        "summary": {str(severity): comparison.count(severity) for severity in reversed(Severity)}
        | {"allowed": sum(change.allowed is not None for change in comparison.changes), "breaks": comparison.breaks},
    }
    yield json.dumps(found, indent=1)


def _json(change: Change) -> dict[str, Any]:
    place = change.shown_place
    said: dict[str, Any] = {
        "change": change.kind.id,
        "severity": str(change.severity),
        "path": change.path,
        "message": change.message,
        "affects": [str(affected) for affected in change.kind.affects],
        "why": change.kind.title,
        "advice": dict(whom(change, ())),
    }
    if change.schema:
        said["schema"] = change.schema
    if place:
        said |= {
            "file": place.file,
            "line": place.line,
            "column": place.column,
            "endLine": place.end_line,
            "endColumn": place.end_column,
        }
    if change.question:
        said["question"] = change.question
    if change.allowed:
        said["allowed"] = change.allowed.reason
    return said


def render_github(told: Told) -> Iterator[str]:
    """One workflow command a change, on a line of the new text: that is what a pull request shows."""
    for change in told.comparison.shown:
        command = "notice" if change.allowed else _COMMANDS[change.severity]
        text = change.message
        if change.allowed:
            text += f" (allowed: {change.allowed.reason})"
        elif change.severity is not Severity.SAFE:
            text += "".join(f". {part}" for part in (change.question, change.kind.do) if part)
        where = _where(change, told.new)
        yield f"::{command} {where}title={_property(change.kind.id)}::{printable(text).replace('%', '%25')}"


def _where(change: Change, new: str) -> str:
    """The line to annotate; a document of a live server has none."""
    place = change.place or change.old_place
    if place is None or "://" in place.file:
        return ""
    revision, colon, _ = new.partition(":")
    file = place.file.removeprefix(f"{revision}:") if colon else place.file
    return f"file={_property(file)},line={place.line},col={place.column},"


def _property(text: str) -> str:
    """Text of a property: its commas and colons would end it."""
    return printable(text).replace("%", "%25").replace(":", "%3A").replace(",", "%2C")


def render_markdown(told: Told) -> Iterator[str]:
    """A comment for a pull request: a table, then what to do about everything that is not safe."""
    comparison = told.comparison
    yield f"### SCIM changes: {_cell(told.old)} → {_cell(told.new)}"
    yield ""
    yield f"{summary(comparison)}."
    if not comparison.changes:
        return
    yield ""
    yield "| | change | place |"
    yield "| --- | --- | --- |"
    for change in comparison.shown:
        allowed = f" — allowed: {_cell(change.allowed.reason)}" if change.allowed else ""
        where = _cell(str(change.shown_place)) if change.shown_place else ""
        severity = f"**{change.severity}**" if change.breaks else str(change.severity)
        yield f"| {severity} | {_cell(change.message)} (`{change.kind.id}`){allowed} | {where} |"
    for change in comparison.shown:
        if change.severity is Severity.SAFE or change.allowed:
            continue
        yield ""
        yield f"**{_cell(change.message)}**"
        yield ""
        if change.question:
            yield f"- {_cell(change.question)}"
        for heading, text in whom(change, told.clients):
            yield f"- {heading}: {_cell(text)}"
    versions = list(advice(comparison))
    if versions:
        yield ""
        yield "Versions:"
        yield ""
        yield from (f"- {_cell(line)}" for line in versions)


_MARKS = str.maketrans({mark: f"\\{mark}" for mark in "\\`*_[]<>|#@"} | {"&": "&amp;"})


def _cell(text: str) -> str:
    """Text in which no character is Markdown's: names and reasons are anybody's."""
    return printable(text).translate(_MARKS)


FORMATS: dict[str, Renderer] = {"json": render_json, "github": render_github, "markdown": render_markdown}
"""What programs read; `text` is `render_text`, which takes the terminal into account."""
