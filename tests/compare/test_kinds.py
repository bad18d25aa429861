"""Every kind of change, in both directions: what it is called, and what its opposite is called."""

import inspect
import re
from dataclasses import replace
from pathlib import Path

import pytest

from scimgen.comparison import Severity, all_kinds, apply, compare, find_kind, outline
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
    Uniqueness,
)
from tests.compare.support import LICENSE, app, provider, value

OTHER = "urn:acme:scim:schemas:crm:1.0:Thing"
THING = ResourceType(name="Thing", endpoint="/Things", schema=Schema(id=OTHER, name="Thing"))
BOTH = (Authentication.BEARER, Authentication.BASIC)
TIER = Attribute(name="tier")
SEATS = Attribute(name="seats", type=AttributeType.INTEGER)


def tier(**characteristics: object) -> App:
    """An app whose one attribute has these characteristics."""
    return app(Attribute(name="tier", **characteristics))  # type: ignore[arg-type]


def read_only(**characteristics: object) -> App:
    """An app whose one attribute only the server sets."""
    return tier(mutability=Mutability.READ_ONLY, **characteristics)


def card(**characteristics: object) -> App:
    """An app with a readOnly complex attribute whose sub-attribute has these characteristics."""
    number = Attribute(name="number", **characteristics)  # type: ignore[arg-type]
    return read_only(type=AttributeType.COMPLEX, sub_attributes=(number,))


def renamed(old: App, new: App, change: str, at: str, to: str) -> tuple[App, App, AllowedBreak]:
    return old, new, AllowedBreak(change=change, at=at, to=to, reason="meant")


CASES: list[tuple[str, str, App, App]] = [
    ("app-renamed", "app-renamed", app(), app(name="sales")),
    ("text-changed", "text-changed", app(), app(title="CRM")),
    ("text-changed", "text-changed", tier(), tier(description="How much")),
    ("clients-changed", "clients-changed", app(), app(clients=("okta",))),
    ("dialect-changed", "dialect-changed", app(), app(dialect="ietf")),
    ("authentication-removed", "authentication-changed", app(), app(authentication=BOTH[:1])),
    ("authentication-changed", "authentication-changed", app(), app(authentication=BOTH[::-1])),
    ("feature-removed", "feature-added", app(), provider(app(), patch=False)),
    ("service-limit-lowered", "service-limit-raised", app(), provider(app(), filter_max_results=10)),
    ("order-changed", "order-changed", app(TIER, SEATS), app(SEATS, TIER)),
    ("type-added", "type-removed", app(), app(more=(THING,))),
    ("schema-added", "schema-removed", app(), app(more=(replace(THING, endpoint=""),))),
    ("endpoint-changed", "endpoint-changed", app(), app(type_={"endpoint": "/Licences"})),
    ("base-schema-changed", "base-schema-changed", app(), app(base=OTHER, type_={"kind": Kind.RESOURCE})),
    ("schema-urn-changed", "schema-urn-changed", app(TIER), app(TIER, urn=LICENSE.replace("1.0", "2.0"))),
    ("urn-spelling-changed", "urn-spelling-changed", app(TIER), app(TIER, urn=LICENSE.lower())),
    ("extension-added", "extension-removed", app(extended=False), app(TIER)),
    ("required-extension-added", "extension-removed", app(extended=False), app(TIER, required=True)),
    ("extension-required", "extension-optional", app(), app(required=True)),
    ("values-locked", "values-unlocked", app(), app(type_={"managed": Managed.DESCRIPTION})),
    ("values-source-changed", "values-source-changed", app(), app(type_={"managed": Managed.CATALOG})),
    ("holder-limit-lowered", "holder-limit-raised", app(), app(type_={"limit": 5})),
    ("holder-limit-raised", "holder-limit-lowered", app(type_={"limit": 5}), app(type_={"limit": 9})),
    (
        "holder-limit-source-changed",
        "holder-limit-source-changed",
        app(SEATS),
        app(SEATS, type_={"limit_from": f"{LICENSE}:seats"}),
    ),
    ("holder-limit-counts-active", "holder-limit-counts-all", app(), app(type_={"limit_active": True})),
    ("value-added", "value-removed", app(), app(values=(value("free"),))),
    ("value-changed", "value-changed", app(values=(value("free"),)), app(values=(value("free", tier="a"),))),
    ("attribute-added", "attribute-removed", app(), app(TIER)),
    ("required-attribute-added", "attribute-removed", app(), tier(required=True)),
    ("attribute-added", "read-only-attribute-removed", app(), read_only(required=True)),
    ("read-only-required", "became-optional", read_only(), read_only(required=True)),
    ("read-only-unique", "uniqueness-loosened", read_only(), read_only(uniqueness=Uniqueness.SERVER)),
    ("required-of-clients", "mutability-narrowed", read_only(required=True), tier(required=True)),
    ("mutability-without-effect", "mutability-without-effect", card(), card(mutability=Mutability.READ_ONLY)),
    ("name-spelling-changed", "name-spelling-changed", app(TIER), app(Attribute(name="Tier"))),
    ("type-widened", "type-changed", app(SEATS), app(Attribute(name="seats", type=AttributeType.DECIMAL))),
    ("type-changed", "type-widened", tier(), tier(type=AttributeType.DATE_TIME)),
    ("type-changed", "type-changed", tier(), tier(type=AttributeType.BOOLEAN)),
    ("became-multi-valued", "became-single-valued", tier(), tier(multi_valued=True)),
    ("became-required", "became-optional", tier(), tier(required=True)),
    ("values-closed", "values-opened", tier(canonical_values=("a",)), tier(canonical_values=("a",), closed=True)),
    (
        "closed-values-removed",
        "closed-values-added",
        tier(canonical_values=("a", "b"), closed=True),
        tier(canonical_values=("a",), closed=True),
    ),
    ("canonical-values-removed", "canonical-values-added", tier(canonical_values=("a",)), tier()),
    ("became-case-exact", "became-case-insensitive", tier(), tier(case_exact=True)),
    (
        "case-exact-without-effect",
        "became-case-insensitive",
        tier(type=AttributeType.REFERENCE),
        tier(type=AttributeType.REFERENCE, case_exact=True),
    ),
    ("mutability-narrowed", "mutability-widened", tier(), tier(mutability=Mutability.READ_ONLY)),
    ("mutability-narrowed", "mutability-widened", tier(), tier(mutability=Mutability.IMMUTABLE)),
    ("became-write-only", "became-readable", tier(), tier(mutability=Mutability.WRITE_ONLY)),
    ("returned-less", "returned-more", tier(), tier(returned=Returned.REQUEST)),
    ("returned-less", "returned-revealed", tier(), tier(returned=Returned.NEVER)),
    ("returned-by-default", "returned-more", tier(returned=Returned.ALWAYS), tier()),
    ("uniqueness-tightened", "uniqueness-loosened", tier(), tier(uniqueness=Uniqueness.SERVER)),
    (
        "reference-types-narrowed",
        "reference-types-widened",
        tier(type=AttributeType.REFERENCE, reference_types=("User", "Group")),
        tier(type=AttributeType.REFERENCE, reference_types=("User",)),
    ),
    (
        "reference-types-stated",
        "reference-types-no-longer-stated",
        tier(type=AttributeType.REFERENCE),
        tier(type=AttributeType.REFERENCE, reference_types=("User",)),
    ),
    (
        "read-only-reference-types",
        "reference-types-no-longer-stated",
        read_only(type=AttributeType.REFERENCE),
        read_only(type=AttributeType.REFERENCE, reference_types=("User",)),
    ),
    ("index-added", "index-removed", tier(), tier(indexed=True)),
]
RENAMES = [
    renamed(app(TIER), app(Attribute(name="level")), "attribute-renamed", "License.tier", "level"),
    renamed(app(values=(value("pro"),)), app(values=(value("top"),)), "value-renamed", "License.pro", "top"),
    renamed(app(), app(type_={"name": "Seat"}), "type-renamed", "License", "Seat"),
]


@pytest.mark.parametrize(("there", "back", "old", "new"), CASES, ids=[f"{case[0]}, {case[1]}" for case in CASES])
def test_a_change_is_told_in_both_directions(there: str, back: str, old: App, new: App) -> None:
    """One difference is one change, of the kind that its direction makes it."""
    for before, after, kind in ((old, new, there), (new, old, back)):
        comparison = compare(before, after)
        assert [change.kind.id for change in comparison.changes] == [kind]
        assert comparison.breaks == (comparison.changes[0].severity is Severity.BREAKING)
        assert apply(comparison.changes, outline(before)) == outline(after)


@pytest.mark.parametrize(("old", "new", "entry"), RENAMES, ids=[case[2].change for case in RENAMES])
def test_a_rename_that_is_told_is_one_change(old: App, new: App, entry: AllowedBreak) -> None:
    """Declared, it is a rename with its reason; the other direction is the opposite."""
    back = AllowedBreak(
        change=entry.change, at=".".join([*entry.at.split(".")[:-1], entry.to]), to=entry.at.split(".")[-1], reason="x"
    )
    for before, after, allowance in ((old, new, entry), (new, old, back)):
        comparison = compare(before, after, [allowance])
        first = comparison.changes[0]
        assert (first.kind.id, first.allowed) == (entry.change, allowance)
        assert not comparison.breaks
        assert not comparison.unused
        left = {change.kind.id for change in comparison.changes[1:]}
        assert left <= {"value-changed"}  # the value's displayName
        assert apply(comparison.changes, outline(before)) == outline(after)


def test_every_kind_is_tried_above() -> None:
    """A new kind needs a case."""
    tried = {kind for case in CASES for kind in case[:2]} | {case[2].change for case in RENAMES}
    assert {kind.id for kind in all_kinds()} - tried == set()


def test_every_kind_is_explained() -> None:
    """A title in one sentence; what is not safe has the affected parties and the next step."""
    for kind in all_kinds():
        assert kind.title, kind.id
        assert inspect.getdoc(kind.test), kind.id
        assert set(re.findall(r"{(\w*)}", kind.text)) <= {"at", "old", "new", "field", "schema"}, kind.id
        if kind.severity is not Severity.SAFE:
            assert kind.do, kind.id
        if kind.severity is Severity.BREAKING:
            assert kind.affects, kind.id


def test_a_rename_that_is_not_told_is_asked_about() -> None:
    """Gone and come, with a question; nothing is guessed."""
    comparison = compare(app(TIER), app(Attribute(name="level")))
    gone, come = comparison.changes
    assert (gone.kind.id, come.kind.id) == ("attribute-removed", "attribute-added")
    assert gone.question == (
        "Renamed to level? Then declare it in the description: "
        "allowedBreaks: [{change: attribute-renamed, at: License.tier, to: level, reason: …}]"
    )
    assert comparison.breaks


def test_what_is_nothing_alike_is_not_asked_about() -> None:
    """Another type of value is another attribute."""
    comparison = compare(app(TIER), app(SEATS))
    assert [change.question for change in comparison.changes] == ["", ""]


def test_values_and_resource_types_are_asked_about() -> None:
    """A value by its name, a resource type by its endpoint or values."""
    pro, top = value("pro"), value("top")
    renamed = type(top)(id="top", resource={**top.resource, "displayName": "Pro"})
    question = compare(app(values=(pro,)), app(values=(renamed,))).changes[0].question
    assert "change: value-renamed, at: License.pro, to: top" in question
    question = compare(app(), app(type_={"name": "Seat"})).changes[0].question
    assert "change: type-renamed, at: License, to: Seat" in question


def test_an_allowed_break_needs_its_kind_and_its_path() -> None:
    """Another path, another kind and a kind that is not there allow nothing, and are reported."""
    reasons = [
        AllowedBreak(change="attribute-removed", at="license.TIER", reason="names have no case"),
        AllowedBreak(change="attribute-removed", at="License.seats", reason="still there"),
        AllowedBreak(change="attribute-remove", at="License.tier", reason="a slip"),
        AllowedBreak(change="text-changed", at="app", reason="breaks nothing"),
    ]
    comparison = compare(app(TIER), app(), reasons)
    assert not comparison.breaks
    assert comparison.unknown == (reasons[2],)
    assert comparison.unused == (reasons[1], reasons[3])
    assert compare(app(TIER), app(), reasons[1:]).breaks


def test_a_schema_of_several_resource_types_is_compared_once() -> None:
    """The two types of Okta's guide share one schema: one change, called by the schema's name."""
    base = Schema(id="urn:okta:scim:schemas:core:1.0:Entitlement", name="Entitlement", attributes=(TIER,))
    seat = ResourceType(name="Seat", endpoint="/Seats", schema=base, kind=Kind.ENTITLEMENT)
    old, new = (
        app(type_={"schema": schema}, more=(replace_schema(seat, schema),)) for schema in (base, stripped(base))
    )
    assert [change.path for change in compare(old, new).changes] == ["Entitlement.tier"]


def replace_schema(type_: ResourceType, schema: Schema) -> ResourceType:
    return ResourceType(name=type_.name, endpoint=type_.endpoint, schema=schema, kind=type_.kind)


def stripped(schema: Schema) -> Schema:
    return Schema(id=schema.id, name=schema.name)


def test_a_new_urn_does_not_change_every_value() -> None:
    """The members under the old URN in the values are moved."""
    urn = LICENSE.replace("1.0", "2.0")
    old = app(TIER, values=(value("pro", tier="a"),))
    moved = value("pro", tier="a").resource
    resource = {**moved, "schemas": [moved["schemas"][0], urn], urn: moved[LICENSE]}
    del resource[LICENSE]
    new = app(TIER, urn=urn, values=(type(old.resource_types[0].values[0])(id="pro", resource=resource),))
    assert [change.kind.id for change in compare(old, new).changes] == ["schema-urn-changed"]


def test_renames_of_several_things_at_once() -> None:
    """An attribute, a value and their resource type: each is reported once, by its old name and with the new URN."""
    urn = LICENSE.replace("License", "Seat")
    pro = value("pro", tier="a")
    moved = {"schemas": [pro.resource["schemas"][0], urn], "id": "top", "displayName": "Pro", "type": "Seat"}
    top = type(pro)(id="top", resource={**moved, urn: {"level": "a"}})
    new = app(Attribute(name="level"), urn=urn, values=(top,), type_={"name": "Seat"})
    told_ = [
        AllowedBreak(change="type-renamed", at="License", to="Seat", reason="so"),
        AllowedBreak(change="attribute-renamed", at="License.tier", to="License.level", reason="so"),
        AllowedBreak(change="value-renamed", at="License.pro", to="top", reason="so"),
        AllowedBreak(change="schema-urn-changed", at=urn, reason="so"),
    ]
    comparison = compare(app(TIER, values=(pro,)), new, told_)
    assert sorted((change.kind.id, change.path) for change in comparison.changes) == [
        ("attribute-renamed", "License.tier"),
        ("schema-urn-changed", "Seat"),
        ("type-renamed", "License"),
        ("value-renamed", "License.pro"),
    ]
    assert {change.schema for change in comparison.changes} == {"", urn}
    assert not comparison.breaks
    assert comparison.unused == ()


def test_unknown_subjects_are_a_fault_of_the_registry() -> None:
    """Nothing is dropped for want of a kind."""
    from scimgen.comparison.change import kind_of

    with pytest.raises(LookupError, match=r"no kind of change for app\.colour"):
        kind_of("app.colour", 1, 2)
    assert find_kind("no-such") is None


def test_the_documentations_page_is_current() -> None:
    """docs/changes.md is the page of the registry: `make golden` writes it."""
    from scimgen.comparison.pages import page

    assert (Path(__file__).parents[2] / "docs" / "changes.md").read_text("utf-8") == page()
