"""Findings and their output formats."""

from scimgen.diagnostics.diagnostic import Diagnostic, Severity
from scimgen.diagnostics.text import render_text

__all__ = ["Diagnostic", "Severity", "render_text"]
