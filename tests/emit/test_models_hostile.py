"""Names, descriptions and values that would break out of the code, if anything printed them raw."""

import ast
import tempfile
import unicodedata
from pathlib import Path

import pytest
from emitted_models import app_of, import_models, read_back, stated
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scimgen.emit.models import class_name, field_names, module_name, resource_names
from scimgen.emit.models.names import FIELD_RESERVED, RESOURCE_FIELD_RESERVED
from scimgen.emit.models.text import docstring
from scimgen.model import Attribute, AttributeType, Kind, ResourceType, Schema, SchemaExtension

COMMON = ("schemas", "id", "external_id", "meta")
HOSTILE = (
    *('"', "'", '"""', "'''", "\\", '\\"', "\\\\", "a\\", '""\\"', "\n", "\r\n", "a\nb\n\n c ", "\t", "\0", "\x1b[2J"),
    *("{{ 1 }}", "{% raw %}", "{# #}", "{0}", "%s", "../../x", "# type: ignore", "# fmt: off", "# noqa", "import os"),
    *('"); import os; ("', "]\nimport os\n", "\\N{DIGIT ONE}", "\\x41", "f'{x}'", "日本", "Décor", "ß", "🎉"),
    *("\u202e", "\u2028", "\ufeff", "\x85", "ﬁ", "e\u0301", "None", "class", "", " ", "x" * 300, "long " * 80),
    *("None_", "id", "Literal", "__class__", "___", '#"""', "'\"'\"", '""" + x + """', "\\" * 3 + '"' * 5),
)
words = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=12), st.text(alphabet="aB_-$\"'\\ \n{}%#`", max_size=12))
texts = st.lists(words, max_size=3).map("".join)
names = st.lists(texts.filter(bool), max_size=4, unique_by=lambda name: name.casefold())


@st.composite
def attributes(draw: st.DrawFn, depth: int = 1) -> tuple[Attribute, ...]:
    found = []
    for name in draw(names):
        kinds = [kind for kind in AttributeType if depth or kind is not AttributeType.COMPLEX]
        kind = draw(st.sampled_from(kinds))
        found.append(
            Attribute(
                name=name,
                type=kind,
                description=draw(texts),
                multi_valued=draw(st.booleans()),
                closed=draw(st.booleans()),
                canonical_values=tuple(draw(st.lists(texts, max_size=3))),
                reference_types=tuple(draw(st.lists(texts, max_size=2))) if kind is AttributeType.REFERENCE else (),
                sub_attributes=draw(attributes(depth=depth - 1)) if kind is AttributeType.COMPLEX else (),
            )
        )
    return tuple(found)


@st.composite
def resource_types(draw: st.DrawFn) -> tuple[ResourceType, ...]:
    urns = st.lists(texts.map("urn:{}".format), max_size=2, unique_by=str.casefold)
    return tuple(
        ResourceType(
            name=name,
            endpoint="/Things",
            description=draw(texts),
            kind=draw(st.sampled_from(Kind)),
            schema=Schema(id=draw(texts), description=draw(texts), attributes=draw(attributes())),
            extensions=tuple(
                SchemaExtension(schema=Schema(id=urn, description=draw(texts), attributes=draw(attributes())))
                for urn in draw(urns)
            ),
        )
        for name in draw(names)
    )


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(resource_types())
def test_any_names_and_descriptions(types: tuple[ResourceType, ...]) -> None:
    """It compiles, it imports, and it defines exactly the schema."""
    with tempfile.TemporaryDirectory() as folder:
        models = import_models(app_of(*types), Path(folder))
    assert len(models.__all__) == len(types)
    names = resource_names(app_of(*types))
    for resource_type in types:
        model = getattr(models, names[resource_type.name].class_name)
        assert (model.SCHEMA, read_back(model, COMMON)) == _stated(resource_type)


def _stated(resource_type: ResourceType) -> tuple[str, list[dict[str, object]]]:
    own = [a for a in resource_type.schema.attributes if a.name.lower() not in ("schemas", "id", "externalid", "meta")]
    extensions = [
        Attribute(name=schema.id, type=AttributeType.COMPLEX, sub_attributes=schema.attributes)
        for schema in resource_type.schemas[1:]
    ]
    return resource_type.schema.id, [stated(attribute) for attribute in (*own, *extensions)]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_docstring_is_its_words(text: str) -> None:
    """Nothing but white space is lost, and nothing is left over."""
    for described in (text, f"a {text}", f"{text} b", f'"{text}"', f"{text}\n{text}"):
        literal = docstring(described)
        assert (ast.literal_eval(literal) if literal else "").split() == described.split()


def test_a_lone_surrogate_is_replaced() -> None:
    assert docstring("a \ud800 b") == '"""a \N{REPLACEMENT CHARACTER} b"""'


@given(st.lists(texts, unique=True), st.sampled_from([FIELD_RESERVED, RESOURCE_FIELD_RESERVED]))
def test_field_names_are_distinct_identifiers(names: list[str], reserved: frozenset[str]) -> None:
    """And the same whatever the order; none that pydantic, Python or the class body has another use for."""
    found = field_names(names, reserved)
    assert list(found) == names
    assert len(set(found.values())) == len(names)
    assert found == field_names(names[::-1], reserved)
    for name in found.values():
        ast.parse(f"{name} = 1")
        assert not name.startswith("_") and name not in reserved
        assert unicodedata.normalize("NFKC", name) == name


@given(texts)
def test_class_and_module_names_are_identifiers(text: str) -> None:
    for name in (class_name(text), module_name(text)):
        ast.parse(f"{name} = 1")
        assert len(name.encode()) < 250 and unicodedata.normalize("NFKC", name) == name
