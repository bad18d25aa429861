"""The implementation of `scimgen validate` without its command line.

Inputs, live servers, fixes and the results.
"""

from scimgen.validation.run import Outcome, Request, validate

__all__ = ["Outcome", "Request", "validate"]
