"""Read the settings."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scimgen.diagnostics import Severity
from scimgen.errors import ScimgenError
from scimgen.settings.ignores import Ignore
from scimgen.source import Source

_SEVERITIES = {str(severity): severity for severity in Severity}
_OFF = "off"
_RUNTIMES = ("vendored", "package")


class SettingsError(ScimgenError):
    """The settings cannot be read. The message contains the file name and the reason."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of a project for `validate`. Options of the command line take precedence.

    Args:
        folder: The folder of the settings. Paths are relative to it.
        paths: The paths to validate if the command line has none.
        clients: The client profiles whose rules apply in addition to those of the RFCs.
        min_severity: The lowest severity that is shown. None if the settings do not define it.
        strict: Whether warnings fail the run.
        severities: Severities that replace the defaults of the rules. None switches a rule off.
        ignores: The ignored findings.
        baseline: The baseline file, or None.
        exclude: Glob patterns for files that are skipped in folders.
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
    runtime: str | None = None

    @property
    def verdict(self) -> tuple[object, ...]:
        """What decides whether a description is refused. It is equal for settings of one effect."""
        ignores = [(one.rule, one.files, one.pointer) for one in self.ignores]
        return self.clients, self.min_severity, sorted(self.severities.items()), ignores


def settings_file(start: Path) -> Path | None:
    """Find the settings of a folder.

    In the folder or its nearest parent, up to the root of the repository.
    """
    for folder in (start, *start.parents):
        settings = folder / "scimgen.toml"
        if settings.is_file():
            return settings
        project = folder / "pyproject.toml"
        if project.is_file() and _has_table(project):
            return project
        if (folder / ".git").exists():
            return None
    return None


def settings_of(folder: Path) -> Settings:
    """The settings of the project in a folder, see `settings_file`.

    Returns:
        The settings. The default is a setting that the file does not have, or all without a file.

    Raises:
        SettingsError: The settings have a fault.
    """
    found = settings_file(folder.absolute())
    return load_settings(found) if found else Settings(folder)


def _has_table(project: Path) -> bool:
    """Whether a pyproject.toml has a table `[tool.scimgen]`.

    An unreadable file counts as one without.
    """
    try:
        return "scimgen" in tomllib.loads(project.read_text("utf-8")).get("tool", {})
    except (OSError, ValueError):
        return False


def load_settings(path: Path) -> Settings:
    """Read `scimgen.toml`, or `[tool.scimgen]` of a pyproject.toml.

    Raises:
        SettingsError: The file cannot be read, or has an unknown key or a wrong value.
    """
    try:
        text = path.read_text("utf-8")
        content = tomllib.loads(text)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SettingsError(f"{path}: {reason}") from error
    table = content.get("tool", {}).get("scimgen", {}) if path.name == "pyproject.toml" else content
    return _Reader(path, Source(str(path), text)).settings(table)


class _Reader:
    """Checks the table key by key, so that an error has the line of its key."""

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
            "runtime": self.runtime,
        }
        renamed = {"min-severity": "min_severity", "severity": "severities", "ignore": "ignores"}
        values: dict[str, Any] = {"folder": self.path.parent}
        for written, value in table.items():
            key = written.replace("_", "-")
            if key not in readers:
                raise self.wrong(
                    written,
                    f"there is no setting {written!r}; there are {', '.join(sorted(readers))}",
                )
            values[renamed.get(key, key)] = readers[key](key, value)
        return Settings(**values)

    def wrong(self, text: str, message: str) -> SettingsError:
        place = self.source.place(max(0, self.source.text.find(text)))
        return SettingsError(f"{place}: {message}")

    def texts(self, key: str, value: Any) -> tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.wrong(key, f"{key} must be a list of strings")
        return tuple(value)

    def clients(self, key: str, value: Any) -> tuple[str, ...]:
        from scimgen.clients import CLIENTS

        found = self.texts(key, value)
        for client in found:
            if client not in CLIENTS:
                raise self.wrong(
                    client, f"there is no client {client!r}; there are {', '.join(CLIENTS)}"
                )
        return found

    def flag(self, key: str, value: Any) -> bool:
        if not isinstance(value, bool):
            raise self.wrong(key, f"{key} must be true or false")
        return value

    def runtime(self, key: str, value: Any) -> str:
        if value not in _RUNTIMES:
            raise self.wrong(key, f"{key} is one of {', '.join(_RUNTIMES)}")
        return str(value)

    def severity(self, key: str, value: Any) -> Severity:
        if value not in _SEVERITIES:
            raise self.wrong(key, f"{key} must be one of {', '.join(_SEVERITIES)}")
        return _SEVERITIES[value]

    def severities(self, key: str, value: Any) -> dict[str, Severity | None]:
        if not isinstance(value, dict):
            raise self.wrong(key, f"{key} must be a table of rules")
        return {
            rule: None if entry == _OFF else self.severity(rule, entry)
            for rule, entry in value.items()
        }

    def baseline(self, key: str, value: Any) -> Path:
        if not isinstance(value, str):
            raise self.wrong(key, f"{key} must be the name of a file")
        return self.path.parent / value

    def ignores(self, key: str, value: Any) -> tuple[Ignore, ...]:
        if not isinstance(value, list):
            raise self.wrong(key, f"{key} must be a list of rules")
        found = []
        for item in value:
            entry = {"rule": item} if isinstance(item, str) else item
            texts = isinstance(entry, dict) and all(
                isinstance(part, str) for part in entry.values()
            )
            if (
                not texts
                or "rule" not in entry
                or not set(entry) <= {"rule", "files", "pointer", "reason"}
            ):
                raise self.wrong(
                    key, f"{key} must contain rules, or tables of rule, files, pointer and reason"
                )
            at = max(0, self.source.text.find(entry["rule"]))
            place = self.source.place(at, at + len(entry["rule"]))
            found.append(
                Ignore(
                    entry["rule"],
                    place,
                    entry.get("files", ""),
                    entry.get("pointer", ""),
                    entry.get("reason", ""),
                )
            )
        return tuple(found)
