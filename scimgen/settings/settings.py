"""Reading the settings."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scimgen.diagnostics import Severity
from scimgen.settings.ignores import Ignore
from scimgen.source import Source

_SEVERITIES = {str(severity): severity for severity in Severity}
_OFF = "off"


class SettingsError(Exception):
    """The settings cannot be read; the message names the file and says why."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a project asks of `validate`; the command line goes before it.

    Args:
        folder: the settings' own folder, which paths are relative to.
        paths: what to validate where the command line names nothing.
        clients: whose rules apply besides the RFCs'.
        min_severity: the least severity that is shown, None where the settings say nothing.
        strict: whether warnings fail the run.
        severities: severities that differ from the rules' own; None switches a rule off.
        ignores: findings that are wanted as they are.
        baseline: the file of findings that were there when the project began, None for none.
        exclude: glob patterns of files to pass over in folders.
    """

    folder: Path = Path()
    paths: tuple[str, ...] = ()
    clients: tuple[str, ...] = ()
    min_severity: Severity | None = None
    strict: bool = False
    severities: Mapping[str, Severity | None] = field(default_factory=dict)
    ignores: tuple[Ignore, ...] = ()
    baseline: Path | None = None
    exclude: tuple[str, ...] = ()


def settings_file(start: Path) -> Path | None:
    """The settings that hold in a folder: its own or those of the nearest folder above, up to the repository's top."""
    for folder in (start, *start.parents):
        own = folder / "scimgen.toml"
        if own.is_file():
            return own
        project = folder / "pyproject.toml"
        if project.is_file() and _has_table(project):
            return project
        if (folder / ".git").exists():
            return None
    return None


def _has_table(project: Path) -> bool:
    """Whether a pyproject has `[tool.scimgen]`; one that is broken has none of ours."""
    try:
        return "scimgen" in tomllib.loads(project.read_text("utf-8")).get("tool", {})
    except (OSError, ValueError):
        return False


def load_settings(path: Path) -> Settings:
    """Read `scimgen.toml`, or `[tool.scimgen]` of a pyproject.

    Raises:
        SettingsError: the file cannot be read, or says something that is not understood.
    """
    try:
        text = path.read_text("utf-8")
        told = tomllib.loads(text)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SettingsError(f"{path}: {reason}") from error
    table = told.get("tool", {}).get("scimgen", {}) if path.name == "pyproject.toml" else told
    return _Reader(path, Source(str(path), text)).settings(table)


class _Reader:
    """Checks the table key by key, so that a slip is told with its line."""

    def __init__(self, path: Path, source: Source) -> None:
        self.path = path
        self.source = source

    def settings(self, table: Mapping[str, Any]) -> Settings:
        readers: dict[str, Callable[[str, Any], Any]] = {
            "paths": self.texts,
            "clients": self.clients,
            "min-severity": self.severity,
            "strict": self.flag,
            "severity": self.severities,
            "ignore": self.ignores,
            "baseline": self.baseline,
            "exclude": self.texts,
        }
        renamed = {"min-severity": "min_severity", "severity": "severities", "ignore": "ignores"}
        values: dict[str, Any] = {"folder": self.path.parent}
        for written, value in table.items():
            key = written.replace("_", "-")
            if key not in readers:
                raise self.wrong(written, f"there is no setting {written!r}; there are {', '.join(sorted(readers))}")
            values[renamed.get(key, key)] = readers[key](key, value)
        return Settings(**values)

    def wrong(self, text: str, message: str) -> SettingsError:
        place = self.source.place(max(0, self.source.text.find(text)))
        return SettingsError(f"{place}: {message}")

    def texts(self, key: str, value: Any) -> tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.wrong(key, f"{key} is a list of strings")
        return tuple(value)

    def clients(self, key: str, value: Any) -> tuple[str, ...]:
        from scimgen.rules import CLIENTS

        found = self.texts(key, value)
        for client in found:
            if client not in CLIENTS:
                raise self.wrong(client, f"there is no client {client!r}; there are {', '.join(CLIENTS)}")
        return found

    def flag(self, key: str, value: Any) -> bool:
        if not isinstance(value, bool):
            raise self.wrong(key, f"{key} is true or false")
        return value

    def severity(self, key: str, value: Any) -> Severity:
        if value not in _SEVERITIES:
            raise self.wrong(key, f"{key} is one of {', '.join(_SEVERITIES)}")
        return _SEVERITIES[value]

    def severities(self, key: str, value: Any) -> dict[str, Severity | None]:
        if not isinstance(value, dict):
            raise self.wrong(key, f"{key} is a table of rules")
        return {rule: None if said == _OFF else self.severity(rule, said) for rule, said in value.items()}

    def baseline(self, key: str, value: Any) -> Path:
        if not isinstance(value, str):
            raise self.wrong(key, f"{key} is the name of a file")
        return self.path.parent / value

    def ignores(self, key: str, value: Any) -> tuple[Ignore, ...]:
        if not isinstance(value, list):
            raise self.wrong(key, f"{key} is a list of rules")
        found = []
        for item in value:
            said = {"rule": item} if isinstance(item, str) else item
            texts = isinstance(said, dict) and all(isinstance(part, str) for part in said.values())
            if not texts or "rule" not in said or not set(said) <= {"rule", "files", "pointer", "reason"}:
                raise self.wrong(key, f"{key} holds rules, or tables of rule, files, pointer and reason")
            at = max(0, self.source.text.find(said["rule"]))
            place = self.source.place(at, at + len(said["rule"]))
            found.append(
                Ignore(said["rule"], place, said.get("files", ""), said.get("pointer", ""), said.get("reason", ""))
            )
        return tuple(found)
