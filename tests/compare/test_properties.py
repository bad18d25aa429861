"""What holds for any two apps: nothing changed is no change, and the changes lead from the old app to the new one."""

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from scimgen.comparison import Part, apply, compare, outline
from scimgen.comparison.common import Loaded, in_common
from scimgen.model import (
    AllowedBreak,
    App,
    Attribute,
    AttributeType,
    Authentication,
    Kind,
    Managed,
    Mutability,
    ResourceType,
    Returned,
    Schema,
    SchemaExtension,
    ServiceProviderConfig,
    Uniqueness,
    Value,
)

# Few names, so that two apps share many of them; some differ in case alone, as SCIM allows.
NAMES = ("tier", "Tier", "level", "seats", "name")
URNS = ("urn:a:x:1.0:L", "urn:a:x:2.0:L", "URN:a:x:1.0:L", "urn:b:y:Seat")
TEXT = st.sampled_from(("", "one", "two"))


def unique(names: tuple[str, ...], folded: bool = True) -> st.SearchStrategy[list[str]]:
    """Some of the names in any order, none twice."""
    return st.lists(st.sampled_from(names), unique_by=str.lower if folded else str, max_size=4)


@st.composite
def attributes(draw: st.DrawFn, nested: bool = False) -> tuple[Attribute, ...]:
    """Attributes with any characteristics, sound or not."""
    return tuple(
        Attribute(
            name=name,
            type=draw(st.sampled_from(AttributeType)),
            multi_valued=draw(st.booleans()),
            description=draw(TEXT),
            required=draw(st.booleans()),
            canonical_values=tuple(draw(unique(("a", "b", "c")))),
            closed=draw(st.booleans()),
            case_exact=draw(st.booleans()),
            mutability=draw(st.sampled_from(Mutability)),
            returned=draw(st.sampled_from(Returned)),
            uniqueness=draw(st.sampled_from(Uniqueness)),
            reference_types=tuple(draw(unique(("User", "Group", "License")))),
            sub_attributes=() if nested else draw(attributes(nested=True)),
            indexed=draw(st.booleans()),
        )
        for name in draw(unique(NAMES))
    )


@st.composite
def values(draw: st.DrawFn, ids: list[str]) -> tuple[Value, ...]:
    """Values with any of the ids."""
    members = st.dictionaries(st.sampled_from(NAMES), st.sampled_from(("x", "y")), max_size=2)
    found = []
    for id_ in ids:
        resource: dict[str, Any] = {"schemas": [draw(st.sampled_from(URNS))], "id": id_, "type": "License"}
        found.append(Value(id=id_, resource=resource | draw(members) | {draw(st.sampled_from(URNS)): draw(members)}))
    return tuple(found)


@st.composite
def apps(draw: st.DrawFn) -> App:
    """Any app: its resource types share schemas, each of which is one thing."""
    schemas = [
        Schema(id=urn, name=draw(TEXT), description=draw(TEXT), attributes=draw(attributes()))
        for urn in draw(unique(URNS).filter(bool))
    ]
    ids = draw(unique(("v1", "V1", "v2", "v3"), folded=False))
    types = []
    for name in draw(unique(("License", "license", "Permission Set"), folded=False)):
        base, *others = draw(st.permutations(schemas))
        mine, ids = ids[:2], ids[2:]
        types.append(
            ResourceType(
                name=name,
                endpoint=draw(st.sampled_from(("/A", "/B"))),
                schema=base,
                description=draw(TEXT),
                extensions=tuple(SchemaExtension(schema=each, required=draw(st.booleans())) for each in others[:2]),
                kind=draw(st.sampled_from(Kind)),
                managed=draw(st.sampled_from(Managed)),
                limit=draw(st.sampled_from((None, 1, 2))),
                values=draw(values(mine)),
            )
        )
    config = ServiceProviderConfig(
        patch=draw(st.booleans()),
        bulk=draw(st.booleans()),
        cursor=draw(st.booleans()),
        bulk_max_operations=draw(st.integers(0, 2)),
        filter_max_results=draw(st.integers(1, 3)),
        documentation_uri=draw(TEXT),
    )
    return App(
        name=draw(st.sampled_from(("crm", "sales"))),
        vendor=draw(st.sampled_from(("acme", "other"))),
        title=draw(TEXT),
        description=draw(TEXT),
        clients=tuple(draw(unique(("okta", "entra")))),
        dialect=draw(st.sampled_from(("okta", "ietf"))),
        resource_types=tuple(types),
        authentication=tuple(draw(st.permutations(list(Authentication)))[: draw(st.integers(0, 2))]),
        service_provider_config=config,
    )


KINDS = {"attribute": "attribute-renamed", "type": "type-renamed", "value": "value-renamed"}


def rename_all(old: App, new: App) -> list[AllowedBreak]:
    """Everything that was removed and added side by side is declared as a rename, whether it looks like one or not."""
    found = compare(old, new).changes
    gone = [change for change in found if isinstance(change.old, Part) and change.new is None]
    come = [change for change in found if isinstance(change.new, Part) and change.old is None]
    return [
        AllowedBreak(change=KINDS[one.address[-1][0]], at=one.path, to=other.new.label, reason="so")
        for one in gone
        for other in come
        if one.address[:-1] == other.address[:-1] and one.address[-1][0] == other.address[-1][0] in KINDS
    ]


@given(apps())
def test_an_app_and_itself_have_no_changes(app: App) -> None:
    """Nor do two that are equal."""
    assert compare(app, app).changes == ()
    assert compare(app, replace(app)).changes == ()


@given(apps(), apps())
def test_the_changes_lead_from_the_old_app_to_the_new_one(old: App, new: App) -> None:
    """Nothing is left out."""
    found = compare(old, new).changes
    assert apply(found, outline(old)) == outline(new)
    assert all(change.message for change in found)


@given(apps(), apps())
def test_whatever_is_told_as_renamed_the_changes_lead_there(old: App, new: App) -> None:
    """Each of two names is used for one rename at most, and the rest is reported unchanged."""
    allowed = rename_all(old, new)
    comparison = compare(old, new, allowed)
    assert apply(comparison.changes, outline(old)) == outline(new)
    renamed = [change for change in comparison.changes if change.field == "rename" and change.allowed]
    assert bool(renamed) == bool(allowed)


@given(apps(), apps())
def test_the_parts_hold_all_that_an_app_says(old: App, new: App) -> None:
    """Two apps are equal exactly if their parts are: no field is forgotten."""
    assert (outline(old) == outline(new)) == (old == new)
    assert bool(compare(old, new).changes) == (old != new)


@given(apps(), st.booleans(), st.booleans())
def test_an_app_and_its_documents_have_no_changes(app: App, types: bool, provider: bool) -> None:
    """What documents cannot contain did not change."""
    described = Loaded("a", app)
    read = Loaded("b", replace(app, name="b", vendor="", title=""), False, types, provider)
    assert compare(*in_common(described, read)).changes == ()
    assert compare(*in_common(read, described)).changes == ()
