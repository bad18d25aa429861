"""`scimgen validate` without its command line: what to read, what to ask, what to tell."""

from scimgen.validation.run import Outcome, Request, validate

__all__ = ["Outcome", "Request", "validate"]
