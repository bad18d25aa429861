"""One run of scim2-tester."""

from unittest.mock import patch

import httpx2
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_tester import CheckResult, Status, check_server, utils
from scim2_tester.utils import ResourceManager

from tests.support import TOKEN, Running


class CleansOnce(ResourceManager):
    """Forgets what it has deleted. The tester's own deletes all resources of the run again after each check.

    That is nine of ten requests, and the tester ignores their responses.
    """

    def cleanup(self) -> None:
        """Delete the resources of a check."""
        super().cleanup()
        self.resources.clear()


def errors(server: Running) -> list[CheckResult]:
    """What the tester reports as errors, after a whole run."""
    headers = {"Authorization": f"Bearer {TOKEN}"}
    with (
        httpx2.Client(base_url=server.base_url, headers=headers, timeout=30) as http,
        patch.object(utils, "ResourceManager", CleansOnce),
    ):
        client = SyncSCIMClient(http)
        client.discover()
        results = check_server(client)
    assert len([result for result in results if result.status is Status.SUCCESS]) > 40
    return [result for result in results if result.status is Status.ERROR]
