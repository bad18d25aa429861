"""Project settings (`scimgen.toml`, or `[tool.scimgen]` in pyproject.toml), ignored findings, and
the baseline.
"""

from scimgen.settings.settings import (
    Settings,
    SettingsError,
    load_settings,
    settings_file,
    settings_of,
)

__all__ = ["Settings", "SettingsError", "load_settings", "settings_file", "settings_of"]
