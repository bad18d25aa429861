"""Users as Okta sends them, nine of ten with a licence, and a group of many."""

import json
from pathlib import Path
from typing import Any

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
LICENSE = "lic-pro"


def user_id(number: int) -> str:
    """The id that a user is imported under."""
    return f"00u{number:012d}"


def first_held(users: int) -> int:
    """From which user on all hold the licence; the first tenth can be given it."""
    return users // 10


def members(users: int) -> int:
    """How many users are in the group: the last ones.

    The others have one link each, like those of the floor.
    """
    return min(users // 2, 50_000)


def user(number: int, *, licensed: bool = True) -> dict[str, Any]:
    """A user as it is sent."""
    body = {
        "schemas": [USER],
        "externalId": f"ext{number}",
        "userName": f"user{number}@example.com",
        "name": {"givenName": f"Given{number % 997}", "familyName": f"Family{number % 9973}"},
        "emails": [{"value": f"user{number}@example.com", "type": "work", "primary": True}],
        "displayName": f"Given{number % 997} Family{number % 9973}",
        "locale": "en-GB",
        "active": number % 10 != 0,
    }
    return body | ({"entitlements": [{"value": LICENSE}]} if licensed else {})


def write_files(folder: Path, users: int) -> tuple[Path, Path]:
    """What `crm import` reads: the users, and the group."""
    people, groups = folder / "users.jsonl", folder / "groups.jsonl"
    with people.open("w") as file:
        for number in range(users):
            file.write(
                json.dumps(
                    {"id": user_id(number)} | user(number, licensed=number >= first_held(users))
                )
                + "\n"
            )
    everybody = [{"value": user_id(users - 1 - number)} for number in range(members(users))]
    group = {
        "id": "everybody",
        "schemas": [GROUP],
        "displayName": "Everybody",
        "members": everybody,
    }
    groups.write_text(json.dumps(group) + "\n")
    return people, groups
