"""The output formats of a comparison. A new format is a function and one line in the table."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from scimgen.comparison.advice import advice, steps
from scimgen.comparison.change import Change, Severity
from scimgen.comparison.comparison import Comparison
from scimgen.comparison.pages import nearest
from scimgen.diagnostics.text import excerpt, printable
from scimgen.model import AllowedBreak

_COLOURS = {
    Severity.BREAKING: "\x1b[31m",
    Severity.ATTENTION: "\x1b[33m",
    Severity.SAFE: "\x1b[32m",
}
_BOLD, _DIM, _RESET = "\x1b[1m", "\x1b[2m", "\x1b[0m"
_COMMANDS = {Severity.BREAKING: "error", Severity.ATTENTION: "warning", Severity.SAFE: "notice"}


@dataclass(frozen=True, slots=True)
class ComparisonReport:
    """The input of a renderer.

    Args:
        old, new: The names of the two sides that the user gave.
        comparison: The result of the comparison.
        clients: The clients of the app. If it is empty, the advice for all clients is included.
    """

    old: str
    new: str
    comparison: Comparison
    clients: tuple[str, ...] = ()


Renderer = Callable[[ComparisonReport], Iterator[str]]


def summary(comparison: Comparison) -> str:
    """Summarise a comparison in one line.

    >>> summary(Comparison(()))
    'no changes'
    """
    parts = [f"{comparison.count(severity)} {severity}" for severity in reversed(Severity)]
    allowed = sum(change.allowed is not None for change in comparison.changes)
    counts = ", ".join(part for part in parts if not part.startswith("0 ")) + (
        f" ({allowed} allowed)" if allowed else ""
    )
    number = len(comparison.changes)
    if not number:
        return "no changes"
    return f"{number} {'change' if number == 1 else 'changes'}: {counts}"


def allowances(comparison: Comparison) -> Iterator[tuple[AllowedBreak, str]]:
    """The allowed breaks that are unknown or unused, each with a message."""
    for entry in comparison.unknown:
        near = nearest(entry.change)
        fix = f"did you mean {near}?" if near else "scimgen diff shows the kinds in brackets"
        yield entry, f"there is no kind of change {entry.change!r}: {fix}"
    for entry in comparison.unused:
        yield (
            entry,
            (
                f"no change matches the allowed break {entry.change} at {entry.at}: remove it, or"
                " correct its path"
            ),
        )


def render_text(report: ComparisonReport, colour: bool = False) -> Iterator[str]:
    """Write all changes as text, the highest severity first, then the advice about URNs."""
    for change in report.comparison.shown:
        yield from _text(change, report.clients, colour)
        yield ""
    for line in advice(report.comparison):
        yield f"version: {printable(line)}"


def _text(change: Change, clients: tuple[str, ...], colour: bool) -> Iterator[str]:
    bold, dim, reset = (_BOLD, _DIM, _RESET) if colour else ("", "", "")
    tint = _COLOURS[change.severity] if colour else ""
    place = change.shown_place
    where = f"{bold}{printable(str(place))}:{reset} " if place else ""
    headline = f"{tint}{change.severity}[{change.kind.id}]{reset} {printable(change.message)}"
    yield where + headline + (" (allowed)" if change.allowed else "")
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
    for heading, text in steps(change, clients):
        yield f"  {dim}={reset} {heading}: {printable(text)}"


def render_json(report: ComparisonReport) -> Iterator[str]:
    """Write `{"changes": […], "versions": […], "allowances": […], "summary": {…}}`."""
    comparison = report.comparison
    found = {
        "old": report.old,
        "new": report.new,
        "changes": [_json(change) for change in comparison.shown],
        "versions": list(advice(comparison)),
        "allowances": [
            {"change": entry.change, "at": entry.at, "reason": entry.reason, "message": message}
            for entry, message in allowances(comparison)
        ],
        "summary": (
            {str(severity): comparison.count(severity) for severity in reversed(Severity)}
            | {
                "allowed": sum(change.allowed is not None for change in comparison.changes),
                "breaks": comparison.breaks,
            }
        ),
    }
    yield json.dumps(found, indent=1)


def _json(change: Change) -> dict[str, Any]:
    place = change.shown_place
    members: dict[str, Any] = {
        "change": change.kind.id,
        "severity": str(change.severity),
        "path": change.path,
        "message": change.message,
        "affects": [str(affected) for affected in change.kind.affects],
        "why": change.kind.title,
        "advice": dict(steps(change, ())),
    }
    if change.schema:
        members["schema"] = change.schema
    if place:
        members |= {
            "file": place.file,
            "line": place.line,
            "column": place.column,
            "endLine": place.end_line,
            "endColumn": place.end_column,
        }
    if change.question:
        members["question"] = change.question
    if change.allowed:
        members["allowed"] = change.allowed.reason
    return members


def render_github(report: ComparisonReport) -> Iterator[str]:
    """Write one workflow command per change, on a line of the new text.

    A pull request shows no line of the old text.
    """
    for change in report.comparison.shown:
        command = "notice" if change.allowed else _COMMANDS[change.severity]
        text = change.message
        if change.allowed:
            text += f" (allowed: {change.allowed.reason})"
        elif change.severity is not Severity.SAFE:
            text += "".join(f". {part}" for part in (change.question, change.kind.do) if part)
        where = _where(change, report.new)
        yield (
            f"::{command}"
            f" {where}title={_property(change.kind.id)}::{printable(text).replace('%', '%25')}"
        )


def _where(change: Change, new: str) -> str:
    """The properties of the line to annotate. A document of a live server has none."""
    place = change.place or change.old_place
    if place is None or "://" in place.file:
        return ""
    revision, colon, _ = new.partition(":")
    file = place.file.removeprefix(f"{revision}:") if colon else place.file
    return f"file={_property(file)},line={place.line},col={place.column},"


def _property(text: str) -> str:
    """Escape the text of a property. A comma or colon would end it."""
    return printable(text).replace("%", "%25").replace(":", "%3A").replace(",", "%2C")


def render_markdown(report: ComparisonReport) -> Iterator[str]:
    """Write a comment for a pull request.

    A table, and then advice for all changes that are not safe.
    """
    comparison = report.comparison
    yield f"### SCIM changes: {_cell(report.old)} → {_cell(report.new)}"
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
        for heading, text in steps(change, report.clients):
            yield f"- {heading}: {_cell(text)}"
    versions = list(advice(comparison))
    if versions:
        yield ""
        yield "Versions:"
        yield ""
        yield from (f"- {_cell(line)}" for line in versions)


_MARKS = str.maketrans({mark: f"\\{mark}" for mark in "\\`*_[]<>|#@"} | {"&": "&amp;"})


def _cell(text: str) -> str:
    """Escape all characters of Markdown. Names and reasons may contain any text."""
    return printable(text).translate(_MARKS)


FORMATS: dict[str, Renderer] = {
    "json": render_json,
    "github": render_github,
    "markdown": render_markdown,
}
"""The formats for programs.

The format `text` is `render_text`, which has an option for the terminal.
"""
