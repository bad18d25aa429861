"""`scimgen validate` without its command line: inputs, live servers, fixes and the report."""

from scimgen.validation.run import Outcome, Request, validate

__all__ = ["Outcome", "Request", "validate"]
