"""The runtime's conformance tests, run on this app over HTTP."""

from .under_test import APPLICATION, Conformance


class TestConformance(Conformance):
    """Requests of SCIM clients to every resource type, on each database."""

    application = APPLICATION
