"""Filters (RFC 7644 section 3.4.2.2) on attributes of every type."""

from ...filters.parser import parse_filter
from ...ports.resources import Query, Store
from ...schema.records import Record
from ..models import GROUP, TREES, USER, group, user
from .scenarios import LOCATION, TENANT, StoreTests, find, insert, names, with_store

_USERS = (
    user(
        "1",
        "Ada",
        displayName="Ada Lovelace",
        name={"givenName": "Ada", "familyName": "Lovelace"},
        active=True,
        emails=[
            {"value": "ada@example.com", "type": "work", "primary": True},
            {"value": "ada@home.org", "type": "home"},
        ],
        tags=["math", "Poet"],
        code="Abc",
        logins=10,
        score=1.5,
        hired="2024-01-31T09:30:00+01:00",
        photo="https://example.com/Ada.png",
        certificate="c2NpbQ==",
        pin="1234",
        work={"department": "R&D", "sites": ["Oslo", "Rome"], "badge": "B1"},
    ),
    user(
        "2",
        "grace",
        externalId="E-2",
        displayName='100% "G_race"',
        name={"familyName": "Hopper"},
        active=False,
        emails=[{"value": "grace@example.com", "type": "home"}],
        tags=["navy"],
        code="abc",
        logins=9,
        score=-2,
        hired="2025-06-01T00:00:00Z",
        work={"department": "Navy"},
    ),
    user("3", "ZOË", name={"givenName": "Zoë"}, active=True, logins=100, tags=["mathematics"]),
    user("4", "bare"),
)

_STRINGS = {
    'userName eq "ADA"': "Ada",
    'userName eq "zoë"': "ZOË",
    'userName ne "ada"': "grace ZOË bare",
    'userName co "A"': "Ada grace bare",
    'userName sw "gr"': "grace",
    'userName ew "E"': "grace bare",
    'userName gt "bare"': "grace ZOË",
    'userName ge "bare"': "grace ZOË bare",
    'userName lt "bare"': "Ada",
    'userName le "bare"': "Ada bare",
    'displayName co "lace"': "Ada",
    'displayName co "%"': "grace",
    'displayName co "_"': "grace",
    'displayName co "\\"g"': "grace",
    'displayName sw "a_"': "",
    'displayName ew "\\""': "grace",
    'displayName sw ""': "Ada grace",
    "displayName pr": "Ada grace",
    "displayName eq null": "ZOË bare",
    'displayName ne "x"': "Ada grace ZOË bare",
    'code eq "Abc"': "Ada",
    'code eq "ABC"': "",
    'code sw "a"': "grace",
    'code lt "abc"': "Ada",
    'externalId eq "E-2"': "grace",
    'externalId eq "e-2"': "",
    "externalId pr": "grace",
    'photo ew "Ada.png"': "Ada",
    'photo ew "ada.png"': "",
    'certificate eq "c2NpbQ"': "Ada",
    'pin eq "1234"': "Ada",
}
_OTHER_TYPES = {
    "active eq true": "Ada ZOË",
    "active eq false": "grace",
    "active ne true": "grace bare",
    "active pr": "Ada grace ZOË",
    "not (active pr)": "bare",
    "logins eq 10": "Ada",
    "logins gt 9": "Ada ZOË",
    "logins ge 9": "Ada grace ZOË",
    "logins lt 100": "Ada grace",
    "logins le 9": "grace",
    "score lt 0": "grace",
    "score gt -3": "Ada grace",
    "score eq 1.50": "Ada",
    'hired eq "2024-01-31T08:30:00Z"': "Ada",
    'hired gt "2024-01-31T08:29:59Z"': "Ada grace",
    'hired lt "2025-06-01T01:00:00+02:00"': "Ada",
    'hired le "2025-06-01T00:00:00.000Z"': "Ada grace",
}
_PATHS = {
    'name.familyName eq "hopper"': "grace",
    'name.givenName sw "zo"': "ZOË",
    "name pr": "Ada grace ZOË",
    "name.givenName pr": "Ada ZOË",
    'name[givenName eq "ada" and familyName eq "lovelace"]': "Ada",
    'name[not (givenName eq "ada")]': "grace ZOË",
    'emails eq "ada@home.org"': "Ada",
    'emails.value co "example"': "Ada grace",
    'emails.type eq "home"': "Ada grace",
    'emails.type ne "work"': "grace ZOË bare",
    "emails pr": "Ada grace",
    "emails.primary eq true": "Ada",
    "emails.primary ne true": "grace ZOË bare",
    'emails[type eq "home" and value co "example"]': "grace",
    'emails[type eq "work" and value ew ".org"]': "",
    'emails.type eq "work" and emails.value ew ".org"': "Ada",
    'emails[not (type eq "work")]': "Ada grace",
    'emails[type ne "home"]': "Ada",
    'emails[value eq "ADA@example.com" and primary eq true]': "Ada",
    'emails[type eq "home" or primary eq true].value co "ada@e"': "Ada",
    'not (emails[type eq "work"])': "grace ZOË bare",
    "emails[primary pr]": "Ada",
    'tags eq "poet"': "Ada",
    'tags sw "math"': "Ada ZOË",
    'tags ne "math"': "grace ZOË bare",
    'tags[value eq "math"]': "Ada",
    "tags pr": "Ada grace ZOË",
    'department eq "r&d"': "Ada",
    'urn:example:scim:schemas:extension:work:1.0:User:department ne "navy"': "Ada ZOË bare",
    'urn:example:scim:schemas:extension:work:1.0:User:sites eq "rome"': "Ada",
    'urn:example:scim:schemas:extension:work:1.0:User[department eq "Navy"]': "grace",
    "urn:example:scim:schemas:extension:work:1.0:User pr": "Ada grace",
    'badge eq "b1"': "Ada",
}
_COMBINED = {
    'active eq true and tags eq "math"': "Ada",
    'userName eq "ada" or userName eq "bare"': "Ada bare",
    'userName eq "ada" or active eq true and logins gt 50': "Ada ZOË",
    '(userName eq "ada" or active eq true) and logins gt 50': "ZOË",
    'not (userName eq "ada" or userName eq "grace")': "ZOË bare",
    'not (active eq true and displayName co "x")': "Ada grace ZOË bare",
    "not (not (active eq false))": "grace",
    'not (displayName co "lace")': "grace ZOË bare",
}
_META = {
    'meta.resourceType eq "User"': "Ada grace ZOË bare",
    'meta.resourceType eq "Group"': "",
    'meta.resourceType ne "Group"': "Ada grace ZOË bare",
    'meta.created eq "2026-01-31T10:30:00+01:00"': "Ada grace ZOË bare",
    'meta.lastModified gt "2026-01-31T09:30:00Z"': "",
    'meta.version eq "W/\\"1\\""': "Ada grace ZOË bare",
    'meta[resourceType eq "User" and version pr]': "Ada grace ZOË bare",
    "meta pr": "Ada grace ZOË bare",
    "id pr": "Ada grace ZOË bare",
    'schemas eq "urn:example:scim:schemas:extension:work:1.0:User"': "Ada grace",
}


class FilterTests(StoreTests):
    """Which resources a filter finds."""

    @with_store
    async def test_filters_on_strings(self, store: Store) -> None:
        """Every operator, with and without `caseExact`; no character is a pattern."""
        await _check(store, _STRINGS)

    @with_store
    async def test_filters_on_other_types(self, store: Store) -> None:
        """Booleans, numbers by value, and dateTimes by the point in time."""
        await _check(store, _OTHER_TYPES)

    @with_store
    async def test_filters_on_parts_of_values(self, store: Store) -> None:
        """Sub-attributes, value paths, multi-valued attributes and extensions."""
        await _check(store, _PATHS)

    @with_store
    async def test_combined_filters(self, store: Store) -> None:
        """`and`, `or` and `not`. An attribute without a value is not equal to any value."""
        await _check(store, _COMBINED)

    @with_store
    async def test_filters_on_what_the_store_writes(self, store: Store) -> None:
        """`id` and `meta`."""
        users = await insert(store, *_USERS)
        await _check(store, _META, ())
        for stored in users:
            for text in (
                f'id eq "{stored.id}"',
                f'meta.location eq "{LOCATION}/Users/{stored.id}"',
            ):
                assert (await find(store, text)).items == [stored], text

    @with_store
    async def test_a_search_over_several_types(self, store: Store) -> None:
        """Each type has its own filter. An attribute that a type does not have matches nothing."""
        await insert(store, user("ada", displayName="same"), group("same"), user("other"))
        for text, expected in (
            ('displayName eq "same"', ["ada", "same"]),
            ('userName eq "ada"', ["ada"]),
            ('not (userName eq "ada")', ["same", "other"]),
            (None, ["ada", "same", "other"]),
        ):
            conditions = [
                (tree, parse_filter(text, tree, lenient=True) if text else None)
                for tree in (USER, GROUP)
            ]
            page = await store.search(TENANT, Query(conditions, trees=TREES, location=LOCATION))
            assert (names(page), page.total) == (expected, len(expected)), text


async def _check(store: Store, filters: dict[str, str], users: tuple[Record, ...] = _USERS) -> None:
    """Check which of the users each filter finds. All wrong filters are reported together."""
    await insert(store, *users)
    wrong: dict[str, str] = {}
    for text, expected in filters.items():
        page = await find(store, text)
        found = " ".join(names(page))
        if found != expected or page.total != len(page.items):
            wrong[text] = f"{found!r} of {page.total}, expected {expected!r}"
    assert not wrong
