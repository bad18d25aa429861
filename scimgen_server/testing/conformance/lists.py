"""Conformance tests of lists and searches (RFC 7644 section 3.4.2)."""

import httpx

from ...schema.attributes import Tree
from ..examples import complete, is_hollow, minimal
from .resources import create

SEARCH = "urn:ietf:params:scim:api:messages:2.0:SearchRequest"


class ListTests:
    """Pages, filters and orders of each resource type."""

    def test_a_page_says_how_much_there_is(self, client: httpx.Client, tree: Tree) -> None:
        """totalResults counts all, itemsPerPage the page. The order is the same on every call."""
        for _ in range(3):
            create(client, tree, minimal(tree))
        first = client.get(tree.resource_type.endpoint, params={"startIndex": 1, "count": 2}).json()
        assert first["itemsPerPage"] == len(first["Resources"]) == 2
        assert first["totalResults"] >= 3
        second = client.get(
            tree.resource_type.endpoint, params={"startIndex": 2, "count": 2}
        ).json()
        assert second["startIndex"] == 2
        assert second["Resources"][0] == first["Resources"][1]
        none = client.get(tree.resource_type.endpoint, params={"count": 0}).json()
        assert none["totalResults"] == first["totalResults"]
        assert none["itemsPerPage"] == 0

    def test_every_attribute_can_be_filtered_by(self, client: httpx.Client, tree: Tree) -> None:
        """`pr` finds the resource, `not (… pr)` does not, whatever the type of the attribute."""
        created = create(client, tree, complete(tree))
        for attribute in tree.walk():
            if attribute.secret or attribute.name == "schemas" or attribute.link:
                continue
            if is_hollow(attribute):
                continue
            if attribute.parent and (attribute.parent.link or attribute.read_only):
                continue
            if attribute.read_only and attribute.name not in ("id", "meta"):
                continue
            for condition, found in ((f"{attribute} pr", 1), (f"not ({attribute} pr)", 0)):
                response = client.get(
                    tree.resource_type.endpoint,
                    params={"filter": f'id eq "{created["id"]}" and {condition}'},
                )
                assert response.status_code == 200, (condition, response.text)
                assert response.json()["totalResults"] == found, condition

    def test_what_matches_is_what_was_written(self, client: httpx.Client, tree: Tree) -> None:
        """`eq` with the value of each simple attribute finds the resource."""
        sent = complete(tree)
        created = create(client, tree, sent)
        for attribute in tree.attributes.values():
            value = sent.get(attribute.name)
            if (
                attribute.secret
                or not isinstance(value, str | int | float)
                or attribute.name not in created
            ):
                continue
            literal = f'"{value}"' if isinstance(value, str) else str(value).lower()
            condition = f'id eq "{created["id"]}" and {attribute} eq {literal}'
            response = client.get(tree.resource_type.endpoint, params={"filter": condition})
            assert response.json()["totalResults"] == 1, (condition, response.text)

    def test_every_attribute_can_be_sorted_by(self, client: httpx.Client, tree: Tree) -> None:
        """Both orders hold the same resources."""
        create(client, tree, complete(tree))
        for attribute in tree.walk():
            if attribute.secret or attribute.extension:
                continue
            for order in ("ascending", "descending"):
                response = client.get(
                    tree.resource_type.endpoint,
                    params={"sortBy": str(attribute), "sortOrder": order, "count": 3},
                )
                assert response.status_code == 200, (str(attribute), response.text)
                assert response.json()["itemsPerPage"] >= 1

    def test_search_answers_like_a_list(self, client: httpx.Client, tree: Tree) -> None:
        """POST to /.search at the type and at the root (RFC 7644 section 3.4.3)."""
        created = create(client, tree, minimal(tree))
        search = {"schemas": [SEARCH], "filter": f'id eq "{created["id"]}"', "attributes": ["id"]}
        for path in (f"{tree.resource_type.endpoint}/.search", "/.search"):
            response = client.post(path, json=search)
            assert response.status_code == 200, response.text
            assert [one["id"] for one in response.json()["Resources"]] == [created["id"]]
            assert "meta" not in response.json()["Resources"][0]

    def test_cursors_reach_everything_once(self, client: httpx.Client, tree: Tree) -> None:
        """Following nextCursor gives every resource exactly once (RFC 9865)."""
        for _ in range(3):
            create(client, tree, minimal(tree))
        seen: list[str] = []
        cursor = ""
        while True:
            page = client.get(
                tree.resource_type.endpoint, params={"cursor": cursor, "count": 2}
            ).json()
            seen += [resource["id"] for resource in page["Resources"]]
            if "nextCursor" not in page:
                break
            cursor = page["nextCursor"]
        assert len(seen) == len(set(seen)) == page["totalResults"]
