"""Conformance tests of errors (RFC 7644 section 3.12)."""

from typing import Any

import httpx
import pytest

from ...schema.attributes import Tree
from ..examples import minimal
from ..server import TOKEN
from .resources import create

ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"


def check_error(response: httpx.Response, status: int, scim_type: str | None = None) -> None:
    """A SCIM error as RFC 7644 section 3.12 writes it."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"].startswith("application/scim+json")
    error: dict[str, Any] = response.json()
    assert error["schemas"] == [ERROR]
    assert error["status"] == str(status)
    assert error["detail"]
    assert error.get("scimType") == scim_type


class ErrorTests:
    """Every bad request gets a SCIM error, never a 500."""

    @pytest.mark.parametrize(
        "authorization",
        [None, "Bearer wrong", "wrong", "Basic d3Jvbmc6d3Jvbmc=", "Bearer", "Basic %"],
    )
    def test_wrong_credentials_are_refused(self, base_url: str, authorization: str | None) -> None:
        """401 with a challenge."""
        headers = {"Authorization": authorization} if authorization else {}
        response = httpx.get(f"{base_url}/Users", headers=headers)
        check_error(response, 401)
        assert response.headers["www-authenticate"].startswith("Bearer")

    def test_a_raw_token_is_accepted(self, base_url: str) -> None:
        """Okta's header variant sends it without `Bearer `."""
        assert (
            httpx.get(
                f"{base_url}/ServiceProviderConfig", headers={"Authorization": TOKEN}
            ).status_code
            == 200
        )

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"{",
            b"[]",
            b"null",
            b'"x"',
            b"\xff\xfe",
            b'{"a": NaN}',
            b'{"a": 1, "a": 2}',
            b"[" * 100_000,
            b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
        ],
    )
    def test_a_body_that_is_no_json_object_is_refused(
        self, client: httpx.Client, tree: Tree, body: bytes
    ) -> None:
        """400 invalidSyntax."""
        headers = {"Content-Type": "application/scim+json"}
        response = client.post(tree.resource_type.endpoint, content=body, headers=headers)
        check_error(response, 400, "invalidSyntax")

    @pytest.mark.parametrize("value", ["\\u0000", "\\ud800", "x\\udfff"])
    def test_text_that_no_database_keeps_is_refused(
        self, client: httpx.Client, tree: Tree, value: str
    ) -> None:
        """400 invalidValue for NUL and lone surrogates."""
        body = f'{{"schemas": ["{tree.urn}"], "externalId": "{value}"}}'
        headers = {"Content-Type": "application/scim+json"}
        response = client.post(tree.resource_type.endpoint, content=body.encode(), headers=headers)
        check_error(response, 400, "invalidValue")

    def test_a_body_of_another_media_type_is_refused(
        self, client: httpx.Client, tree: Tree
    ) -> None:
        """415."""
        response = client.post(
            tree.resource_type.endpoint, content=b"<x/>", headers={"Content-Type": "text/xml"}
        )
        check_error(response, 415)

    def test_too_large_a_body_is_refused(self, client: httpx.Client, tree: Tree) -> None:
        """413."""
        response = client.post(
            tree.resource_type.endpoint, json=minimal(tree) | {"externalId": "x" * 2_000_000}
        )
        check_error(response, 413)

    def test_huge_numbers_do_no_harm(self, client: httpx.Client, tree: Tree) -> None:
        """Neither in a body nor in a query."""
        for number in ("1e999", "9" * 400, "9" * 5_000):
            body = f'{{"schemas": ["{tree.urn}"], "externalId": {number}}}'
            headers = {"Content-Type": "application/scim+json"}
            response = client.post(
                tree.resource_type.endpoint, content=body.encode(), headers=headers
            )
            assert response.status_code == 400, response.text
            assert client.get(
                tree.resource_type.endpoint, params={"count": number}
            ).status_code in (200, 400)

    @pytest.mark.parametrize("name", ["schemas", "externalId"])
    def test_a_value_of_the_wrong_type_is_refused(
        self, client: httpx.Client, tree: Tree, name: str
    ) -> None:
        """400 invalidValue."""
        response = client.post(tree.resource_type.endpoint, json=minimal(tree) | {name: {"a": [1]}})
        check_error(response, 400, "invalidValue")

    @pytest.mark.parametrize(
        "condition",
        [
            "nonsense eq 1",
            "id",
            "id eq",
            "id eq x",
            "id zz 1",
            "(id pr",
            "id pr)",
            "id[",
            'id eq "x',
            "not id pr",
        ],
    )
    def test_a_wrong_filter_is_refused(
        self, client: httpx.Client, tree: Tree, condition: str
    ) -> None:
        """400 invalidFilter with the place of the fault."""
        check_error(
            client.get(tree.resource_type.endpoint, params={"filter": condition}),
            400,
            "invalidFilter",
        )

    def test_a_filter_is_never_sql(self, client: httpx.Client, tree: Tree) -> None:
        """Quotes and semicolons are data."""
        hostile = "x' OR 1=1; DROP TABLE resources; --"
        response = client.get(
            tree.resource_type.endpoint, params={"filter": f'externalId eq "{hostile}"'}
        )
        assert response.json()["totalResults"] == 0

    def test_unknown_places_are_not_found(self, client: httpx.Client, tree: Tree) -> None:
        """404 for paths and ids."""
        check_error(client.get("/Nothing"), 404)
        check_error(client.get(f"{tree.resource_type.endpoint}/nothing"), 404)
        check_error(client.get(f"{tree.resource_type.endpoint}/%00%ff%zz"), 404)
        check_error(client.get(f"{tree.resource_type.endpoint}/a/b"), 404)

    def test_a_wrong_method_is_refused(self, client: httpx.Client, tree: Tree) -> None:
        """405 with what is allowed."""
        response = client.put(tree.resource_type.endpoint, json={})
        check_error(response, 405)
        assert "POST" in response.headers["allow"]

    def test_there_is_no_me(self, client: httpx.Client) -> None:
        """501: the token is no user's (RFC 7644 section 3.11)."""
        check_error(client.get("/Me"), 501)

    def test_a_patch_that_fails_changes_nothing(self, client: httpx.Client, tree: Tree) -> None:
        """All operations or none."""
        created = create(client, tree, minimal(tree))
        location = f"{tree.resource_type.endpoint}/{created['id']}"
        for bad, scim_type in (
            ({"op": "replace", "path": "nonsense", "value": 1}, "invalidPath"),
            ({"op": "remove"}, "noTarget"),
            ({"op": "replace", "path": "id", "value": "x"}, "mutability"),
            ({"op": "move", "path": "externalId"}, "invalidSyntax"),
        ):
            operations = [{"op": "add", "path": "externalId", "value": "changed"}, bad]
            schemas = ["urn:ietf:params:scim:api:messages:2.0:PatchOp"]
            check_error(
                client.patch(location, json={"schemas": schemas, "Operations": operations}),
                400,
                scim_type,
            )
            assert client.get(location).json() == created
