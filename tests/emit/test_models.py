"""What the emitted models look like, and what they do."""

import itertools
from pathlib import Path

import pytest
from emitted_models import LICENSE, app_of, import_models, read_back, resource, stated
from pydantic import BaseModel, ValidationError

from scimgen.emit.models import ResourceName, emit_models, resource_names
from scimgen.emit.models.generate import generate_classes
from scimgen.emit.models.module import module_text
from scimgen.emit.models.names import FIELD_RESERVED
from scimgen.emit.models.plan import plan_modules
from scimgen.model import (
    Attribute,
    AttributeType,
    Kind,
    Mutability,
    ResourceType,
    Returned,
    Schema,
    SchemaExtension,
    Uniqueness,
)

COMMON = ("schemas", "id", "external_id", "meta")
CRM_LICENSE = "urn:acme:scim:schemas:extension:crm:1.0:License"
USER = resource("User", Attribute(name="userName", required=True))


def test_a_module_as_it_is_written() -> None:
    """The brief's licence, to the byte."""
    text = emit_models(app_of(LICENSE))["models/license.py"].decode()
    expected = '''\
"""License: Product licences that a user can hold."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from .base import Complex, DateTime, Decimal, Extension, Reference, Resource, Scim


class CrmLicenseLimits(Complex):
    """One value of `limits`."""

    name: Annotated[str | None, Scim("string")] = None
    value: Annotated[Decimal | None, Scim("decimal")] = None


class CrmLicense(Extension):
    """What a licence of Acme CRM allows."""

    SCHEMA: ClassVar[str] = "urn:acme:scim:schemas:extension:crm:1.0:License"
    tier: Annotated[Literal["free", "pro", "enterprise"] | str, Scim("string", required=True)]
    """What is paid for"""

    seats: Annotated[int | None, Scim("integer")] = None
    renews_at: Annotated[DateTime | None, Field(alias="renewsAt"), Scim("dateTime")] = None
    owners: Annotated[list[Reference] | None, Scim("reference", case_exact=True, reference_types=("User",))] = None
    limits: Annotated[list[CrmLicenseLimits] | None, Scim("complex")] = None


class License(Resource):
    """Product licences that a user can hold."""

    SCHEMA: ClassVar[str] = "urn:okta:scim:schemas:core:1.0:Entitlement"
    display_name: Annotated[str, Field(alias="displayName"), Scim("string", required=True)]
    type: Annotated[str, Scim("string", required=True)] = "License"
    crm_license: Annotated[
        CrmLicense | None, Field(alias="urn:acme:scim:schemas:extension:crm:1.0:License"), Scim("complex")
    ] = None
'''
    assert text == expected


def test_the_package_exports_the_resource_types() -> None:
    """Sorted by module, and by class as linters have it."""
    types = [resource(name) for name in ("v10", "v2", "User", "Permission Set")]
    text = emit_models(app_of(*types))["models/__init__.py"].decode()
    expected = '''\
"""The resource types, a module each."""

from .permission_set import PermissionSet
from .user import User
from .v2 import V2
from .v10 import V10

__all__ = ["V2", "V10", "PermissionSet", "User"]
'''
    assert text == expected


def test_black_finds_ordinary_text_done() -> None:
    """It formats what it has to change twice, so this halves what emission costs."""
    modules = list(plan_modules(app_of(LICENSE)))
    (classes,) = generate_classes(modules)
    text = module_text(modules[0], classes.values())
    assert text.encode() == emit_models(app_of(LICENSE))["models/license.py"]


def test_an_app_without_resource_types() -> None:
    assert list(emit_models(app_of())) == ["models/__init__.py"]


def test_a_new_type_changes_only_its_own_module() -> None:
    """So that a regenerated project shows in its diff what changed, and no more."""
    before = emit_models(app_of(USER, LICENSE))
    after = emit_models(app_of(resource("Extension"), USER, LICENSE))
    assert {path for path in after if after[path] != before.get(path)} == {"models/__init__.py", "models/extension.py"}


def test_only_some_types() -> None:
    """What is emitted alone is what is emitted among others."""
    everything = emit_models(app_of(USER, LICENSE))
    some = emit_models(app_of(USER, LICENSE), only=["License"])
    assert list(some) == ["models/__init__.py", "models/license.py"]
    assert some.items() <= everything.items()
    assert list(emit_models(app_of(USER, LICENSE), only=[])) == ["models/__init__.py"]


def test_the_order_of_the_types_does_not_matter() -> None:
    assert emit_models(app_of(USER, LICENSE)) == emit_models(app_of(LICENSE, USER))


def test_every_type_and_characteristic_is_read_back(tmp_path: Path) -> None:
    """The markers and annotations of the emitted model are the schema, exactly."""
    simple = [kind for kind in AttributeType if kind is not AttributeType.COMPLEX]
    typed = [
        Attribute(name=f"{kind}{multi}", type=kind, multi_valued=multi)
        for kind, multi in itertools.product(simple, (False, True))
    ]
    marked = [
        Attribute(name=f"{m}-{r}-{u}", required=required, mutability=m, returned=r, uniqueness=u, indexed=required)
        for m, r, u, required in itertools.product(Mutability, Returned, Uniqueness, (False, True))
        if required is (r is Returned.ALWAYS)
    ]
    valued = [
        Attribute(name=f"v{kind}{closed}{multi}", type=kind, canonical_values=("b", "a", "b"), closed=closed)
        for kind, closed, multi in itertools.product((AttributeType.STRING, AttributeType.REFERENCE), (0, 1), (0, 1))
    ]
    nested = Attribute(name="inner", type=AttributeType.COMPLEX, sub_attributes=tuple(typed))
    whole = Attribute(
        name="all", type=AttributeType.COMPLEX, multi_valued=True, sub_attributes=(nested, *marked, *valued)
    )
    attributes = (*typed, *marked, *valued, whole, Attribute(name="none", type=AttributeType.COMPLEX))
    model = import_models(app_of(resource("Thing", *attributes)), tmp_path).Thing
    assert read_back(model, COMMON) == [stated(attribute) for attribute in attributes]


AWKWARD = (
    *("class", "from", "None", "id-", "id_", "id", "$ref", "ref", "copy", "json", "model_dump", "schema"),
    *("str", "list", "bool", "int", "Literal", "Field", "displayName", "display_name", "2fa"),
    *("Decimal", "type", "_private", "__init__", "Thing", "ThingComplex", "user-Name", "userName", "match"),
)


def test_awkward_attribute_names(tmp_path: Path) -> None:
    """Keywords, builtins, pydantic's own names, names that differ by a sign alone: emitted, and read by their alias."""
    subs = tuple(Attribute(name=name) for name in AWKWARD)
    model_own = Attribute(name="complex", type=AttributeType.COMPLEX, sub_attributes=subs)
    model = import_models(app_of(resource("Thing", *subs, model_own)), tmp_path).Thing
    wanted = [stated(attribute) for attribute in (*subs, model_own) if attribute.name != "id"]
    assert read_back(model, COMMON) == wanted
    wire = {name: f"the {name}" for name in AWKWARD if name != "id"}
    value = model.model_validate({**wire, "complex": wire})
    assert value.model_dump(exclude_none=True, exclude={"schemas"}) == {**wire, "complex": wire}


def test_every_name_of_the_base_model_is_reserved() -> None:
    """The list is fixed so that pydantic's release does not shape the output; this is what keeps it whole."""
    assert {name for name in dir(BaseModel) if not name.startswith("_")} <= FIELD_RESERVED


@pytest.mark.parametrize(
    ("name", "module", "class_name"),
    [
        ("class", "class_", "Class"),
        ("None", "none", "None_"),
        ("Décor", "décor", "Décor"),
        ("日本", "日本", "日本"),
        ("Extension", "extension", "Extension_"),
        ("Annotated", "annotated", "Annotated_"),
        ("Base", "base_", "Base"),
        ("typing", "typing", "Typing"),
        ("pydantic", "pydantic", "Pydantic"),
        ("../../etc", "etc", "Etc"),
        ("m0", "m0", "M0"),
        ("aux", "aux_", "Aux"),
        ("🎉", "u1f389", "U1f389"),
        ("ﬁle", "file", "File"),
    ],
)
def test_awkward_resource_type_names(tmp_path: Path, name: str, module: str, class_name: str) -> None:
    every = resource(name, Attribute(name="a-b"), Attribute(name="c", type=AttributeType.COMPLEX))
    app = app_of(every, USER)
    assert resource_names(app)[name] == ResourceName(module, class_name)
    models = import_models(app, tmp_path)
    assert {class_name, "User"} == set(models.__all__)
    assert [field["name"] for field in read_back(getattr(models, class_name), COMMON)] == ["a-b", "c"]


def test_classes_that_would_share_a_name(tmp_path: Path) -> None:
    """An extension, a complex attribute and the resource itself all called alike; each keeps a separate class."""
    urns = ("urn:a:scim:schemas:extension:user:1.0:Emails", "urn:a:scim:schemas:extension:user:2.0:Emails")
    nested = Attribute(name="emails", type=AttributeType.COMPLEX, sub_attributes=(Attribute(name="value"),))
    extensions = tuple(
        SchemaExtension(schema=Schema(id=urn, attributes=(Attribute(name=f"in{at}"),))) for at, urn in enumerate(urns)
    )
    one = ResourceType(
        name="User",
        endpoint="/Users",
        schema=Schema(id="urn:a", attributes=(nested, Attribute(name="userEmails"))),
        extensions=extensions,
    )
    user = import_models(app_of(one), tmp_path).User
    fields = read_back(user, COMMON)
    assert [field["name"] for field in fields] == ["emails", "userEmails", *urns]
    assert [[sub["name"] for sub in field["sub_attributes"]] for field in fields] == [["value"], [], ["in0"], ["in1"]]


def test_extension_names() -> None:
    """Application and resource for the usual URN, what follows the namespace for any other."""
    urns = ("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User", "urn:example:hr:Person", "nonsense")
    extensions = tuple(SchemaExtension(schema=Schema(id=urn)) for urn in urns)
    one = ResourceType(name="User", endpoint="/Users", schema=Schema(id="urn:a"), extensions=extensions)
    text = emit_models(app_of(one))["models/user.py"].decode()
    for line in ("enterprise_user: Annotated[EnterpriseUser ", "hr_person: Annotated[HrPerson ", "Annotated[Nonsense "):
        assert line in text.replace("[\n        ", "[")


def test_the_wire_form_goes_in_and_out(tmp_path: Path) -> None:
    """Keys in any case, URNs too (RFC 7643 section 2.1); what is dumped has the schema's spelling and no nulls."""
    model = import_models(app_of(LICENSE), tmp_path).License
    wire = {
        "SCHEMAS": ["urn:okta:scim:schemas:core:1.0:Entitlement", CRM_LICENSE],
        "displayname": "Free",
        "URN:acme:scim:schemas:extension:CRM:1.0:license": {
            "Tier": "trial",
            "renewsat": "2026-01-31T08:00:00+01:00",
            "LIMITS": [{"name": "calls", "VALUE": 0.5}],
        },
    }
    value = model.model_validate(wire)
    dumped = value.model_dump(mode="json", exclude_none=True)
    assert dumped == {
        "schemas": wire["SCHEMAS"],
        "displayName": "Free",
        "type": "License",
        CRM_LICENSE: {
            "tier": "trial",
            "renewsAt": "2026-01-31T08:00:00+01:00",
            "limits": [{"name": "calls", "value": 0.5}],
        },
    }
    assert model.model_validate_json(value.model_dump_json(exclude_none=True)) == value


def test_schemas_follow_what_is_set(tmp_path: Path) -> None:
    models = import_models(app_of(LICENSE), tmp_path)
    value = models.License(display_name="x")
    assert value.schemas == ["urn:okta:scim:schemas:core:1.0:Entitlement"]
    value.crm_license = models.license.CrmLicense(tier="pro")
    assert value.schemas == ["urn:okta:scim:schemas:core:1.0:Entitlement", CRM_LICENSE]


def test_closed_values_are_a_limit(tmp_path: Path) -> None:
    values = ("a", "b")
    closed = Attribute(name="closed", canonical_values=values, closed=True)
    model = import_models(app_of(resource("Thing", closed, Attribute(name="open", canonical_values=values))), tmp_path)
    assert model.Thing(open="c").open == "c"
    with pytest.raises(ValidationError):
        model.Thing(closed="c")


def test_the_type_of_an_entitlement(tmp_path: Path) -> None:
    """It is the resource type's name, unless a closed set forbids that; other kinds have no default."""
    for kind, closed, default in (
        (Kind.ENTITLEMENT, (), "Seat"),
        (Kind.ENTITLEMENT, ("Seat", "Desk"), "Seat"),
        (Kind.ENTITLEMENT, ("Desk",), None),
        (Kind.RESOURCE, (), None),
    ):
        attribute = Attribute(name="type", canonical_values=closed, closed=bool(closed))
        schema = Schema(id="urn:a", attributes=(attribute,))
        one = ResourceType(name="Seat", endpoint="/Seats", kind=kind, schema=schema)
        assert import_models(app_of(one), tmp_path).Seat().type == default
