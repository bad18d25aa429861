"""Project settings, ignored findings, and the baseline.

The settings are in `scimgen.toml`, or in `[tool.scimgen]` of pyproject.toml.
"""

from scimgen.settings.settings import (
    Settings,
    SettingsError,
    load_settings,
    settings_file,
    settings_of,
)

__all__ = ["Settings", "SettingsError", "load_settings", "settings_file", "settings_of"]
