"""The settings of a project (`scimgen.toml`, or `[tool.scimgen]` in pyproject.toml), ignored findings, the baseline."""

from scimgen.settings.settings import Settings, SettingsError, load_settings, settings_file

__all__ = ["Settings", "SettingsError", "load_settings", "settings_file"]
