"""A client that sends the same requests as Okta to a running server."""

from scimgen.probe.okta import probe_okta
from scimgen.probe.report import EntitlementType, Probe, ProbeFinding

__all__ = ["EntitlementType", "Probe", "ProbeFinding", "probe_okta"]
