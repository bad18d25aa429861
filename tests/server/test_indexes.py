"""Lists that an index serves are those that a search through all resources finds, page by page."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from .steps import Json, new_group, new_license, new_name, new_user

# `id pr` is true of everything, and no index serves the conjunction
EVERYTHING = "id pr"


@pytest.fixture(scope="module")
def licence(server: httpx.Client) -> Iterator[Json]:
    """A licence that some of a dozen users hold, who have names in common, or none."""
    licence = new_license(server, "Indexed")
    for number in range(12):
        held: dict[str, Any] = {"entitlements": [{"value": licence["id"]}]} if number % 3 else {}
        named = {"displayName": f"Indexed {number % 4}"} if number % 5 else {}
        name = new_name()
        emails = [{"value": name.upper()}, {"value": f"other-{name}"}]
        new_user(server, userName=name, active=number % 2 == 0, emails=emails, **held, **named)
    new_group(server, name="Indexed")
    yield licence


def pages(server: httpx.Client, **parameters: str) -> list[tuple[int, list[str]]]:
    """Total and ids of the first page, of later ones, of one behind the end and of none at all."""
    found: list[tuple[int, list[str]]] = []
    for start, count in ((1, 5), (4, 5), (9, 1000), (10**6, 5), (1, 0)):
        response = server.get("/Users", params={"startIndex": str(start), "count": str(count), **parameters})
        assert response.status_code == 200, response.text
        body = response.json()
        found.append((body["totalResults"], [one["id"] for one in body.get("Resources", [])]))
    return found


@pytest.mark.parametrize(
    "condition",
    [
        "active eq true",
        "active eq false",
        'displayName eq "indexed 1"',
        'displayName eq "nobody"',
        'entitlements[value eq "{licence}"]',
        'entitlements.value eq "{licence}"',
        'entitlements[value eq "nothing"]',
        'roles[value eq "{licence}"]',
    ],
)
def test_a_filter(server: httpx.Client, licence: Json, condition: str) -> None:
    condition = condition.replace("{licence}", licence["id"])
    assert pages(server, filter=condition) == pages(server, filter=f"{condition} and {EVERYTHING}")


def test_one_of_several_values(server: httpx.Client, licence: Json) -> None:
    email = server.get("/Users", params={"filter": 'displayName eq "Indexed 1"'}).json()["Resources"][0]["emails"][1]
    found = pages(server, filter=f'emails.value eq "{email["value"].upper()}"')
    assert found == pages(server, filter=f'emails.value eq "{email["value"]}" and {EVERYTHING}')
    assert [total for total, _ in found] == [1] * 5


@pytest.mark.parametrize("order", ["ascending", "descending"])
@pytest.mark.parametrize("name", ["userName", "displayName", "active", "meta.lastModified", "meta.created", "emails"])
def test_an_order(server: httpx.Client, licence: Json, name: str, order: str) -> None:
    """Those without a value come last, or first when descending (RFC 7644 section 3.4.2.3)."""
    wanted = {"sortBy": name, "sortOrder": order}
    assert pages(server, **wanted) == pages(server, filter=EVERYTHING, **wanted)


def test_cursors(server: httpx.Client, licence: Json) -> None:
    """The pages of a cursor join to the whole."""
    condition = f'entitlements[value eq "{licence["id"]}"]'
    ids: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        body = server.get("/Users", params={"filter": condition, "count": "3", "cursor": cursor}).json()
        assert body["totalResults"] == 8
        ids += [one["id"] for one in body["Resources"]]
        cursor = body.get("nextCursor")
    assert ids == pages(server, filter=condition)[0][1] + ids[5:]
    assert len(set(ids)) == 8


def test_what_is_gone_is_not_found(server: httpx.Client) -> None:
    licence = new_license(server, "Short-lived")
    users = [new_user(server, displayName="Gone", entitlements=[{"value": licence["id"]}]) for _ in range(3)]
    server.delete(f"/Users/{users[1]['id']}")
    condition = f'entitlements[value eq "{licence["id"]}"]'
    assert pages(server, filter=condition)[0] == (2, [users[0]["id"], users[2]["id"]])
    server.delete(f"/Licenses/{licence['id']}")
    assert pages(server, filter=condition)[0] == (0, [])
    assert pages(server, filter='displayName eq "Gone"')[0][0] == 2


def test_a_group_in_a_group_is_shown_by_a_search_over_all_types(server: httpx.Client) -> None:
    """A group has no `groups`, though it is in one."""
    inner = new_group(server, name="Inner")
    new_group(server, inner, name="Outer")
    response = server.get("/", params={"filter": 'displayName eq "Inner"'})
    assert response.status_code == 200, response.text
    assert [set(one) & {"groups", "members"} for one in response.json()["Resources"]] == [set()]
