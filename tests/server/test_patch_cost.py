"""The cost of one PATCH is bounded, because all writes wait for it."""

import time

import httpx

from tests.server.steps import new_user, patch, send_patch

VALUES = 17_000
TERMS = 190


def test_a_value_path_with_many_terms_over_many_values_is_refused(server: httpx.Client) -> None:
    """413 at once. A short value path over the same values succeeds."""
    values = [{"value": f"a{number}@example.com"} for number in range(VALUES)]
    user = new_user(server, emails=values)
    terms = " or ".join(f'value eq "b{number}"' for number in range(TERMS))
    operation = {"op": "remove", "path": f"emails[{terms}]"}
    began = time.perf_counter()
    response = send_patch(server, user, operation)
    assert response.status_code == 413, response.text
    assert "shorter value paths" in response.json()["detail"]
    assert time.perf_counter() - began < 3
    left = patch(
        server, user, {"op": "remove", "path": 'emails[value eq "a5@example.com" or value eq "a6@example.com"]'}
    )
    assert len(left["emails"]) == VALUES - 2
