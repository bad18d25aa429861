"""A client that sends the same requests as Okta to a running server."""

from scimgen.probe.okta import probe_okta
from scimgen.probe.report import EntitlementType, Finding, Probe

__all__ = ["EntitlementType", "Finding", "Probe", "probe_okta"]
