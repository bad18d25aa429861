"""Rules about texts and canonical values: strings that must be strings, and must not be empty."""

from scimgen.diagnostics import Severity
from scimgen.rules.nodes import Attribute, View
from scimgen.rules.report import Report
from scimgen.rules.rule import Kind, having, rule
from scimgen.source import Array, Scalar

_STRINGS: dict[Kind, tuple[str, ...]] = {
    Kind.SCHEMA: ("name", "description"),
    Kind.ATTRIBUTE: ("name", "description"),
    Kind.RESOURCE_TYPE: ("id", "name", "description"),
    Kind.AUTHENTICATION_SCHEME: ("name", "description"),
    Kind.META: ("location",),
}
_NOT_EMPTY: dict[Kind, tuple[str, ...]] = {
    Kind.SCHEMA: ("name",),
    Kind.RESOURCE_TYPE: ("id", "name"),
    Kind.AUTHENTICATION_SCHEME: ("name", "description"),
    Kind.META: ("location",),
}


@rule(
    "text-type",
    Severity.ERROR,
    tuple(_STRINGS),
    "RFC 7643 sections 3.1, 5, 6 and 7",
    bad='"description": {}',
    good='"description": "…"',
)
def text_type(view: View, report: Report) -> None:
    """name and description, the id of a ResourceType and meta.location are strings, subAttributes
    is an array

    A typed client cannot read the document otherwise.
    """
    for name in _STRINGS[view.kind]:
        if not isinstance(view.scalar(name), str) and view.value(name) is not None:
            report(
                view.at(name),
                f"{name} is {view.text(name)}, not a string",
                "put it in double quotes",
            )
    if isinstance(view, Attribute):
        node = view.value("subAttributes")
        if node is not None and not isinstance(node, Array):
            report(view.at("subAttributes"), "subAttributes is not an array", "write [{…}, …]")


@rule(
    "text-empty",
    Severity.WARNING,
    tuple(_NOT_EMPTY),
    "RFC 7643 sections 2.5, 5, 6 and 7",
    bad='"name": ""',
    good='"name": "Badge"',
)
def text_empty(view: View, report: Report) -> None:
    """A name is not empty

    An empty string is a value, not "unassigned". Clients show it, and look resource types up by
    their names.
    """
    for name in _NOT_EMPTY[view.kind]:
        value = view.scalar(name)
        if isinstance(value, str) and not value.strip():
            required = (
                view.kind is Kind.RESOURCE_TYPE and name == "name" and not value
            )  # rt-name-missing reports it
            if not required:
                report(view.at(name), f"{name} is empty", f'write "{name}": "…", or leave it out')


@rule(
    "canonical-values-type",
    Severity.ERROR,
    Kind.ATTRIBUTE,
    "RFC 7643 sections 7 and 8.7.2",
    bad='"canonicalValues": [1, 2]',
    good='"canonicalValues": ["1", "2"]',
    applies=having("canonicalValues"),
)
def canonical_values_type(attribute: Attribute, report: Report) -> None:
    """canonicalValues is an array of strings

    A typed client cannot read the schema otherwise.
    """
    node = attribute.value("canonicalValues")
    if node is None:
        return
    if not isinstance(node, Array):
        report(
            attribute.at("canonicalValues"),
            f"canonicalValues is {attribute.text('canonicalValues')}, not an array",
            'write ["…"]',
        )
        return
    for index, item in enumerate(node.items):
        if not isinstance(item, Scalar) or not isinstance(item.value, str):
            report(
                attribute.at("canonicalValues", index),
                "an item of canonicalValues is not a string",
                "put it in double quotes",
            )


@rule(
    "canonical-values-duplicate",
    Severity.WARNING,
    Kind.ATTRIBUTE,
    "RFC 7643 section 7",
    bad='"canonicalValues": ["work", "Work"]',
    good='"canonicalValues": ["work"]',
    applies=having("canonicalValues"),
)
def canonical_values_duplicate(attribute: Attribute, report: Report) -> None:
    """A canonical value occurs once

    Without caseExact, "work" and "Work" are the same value.
    """
    exact = attribute.scalar("caseExact") is True
    seen = set()
    for index, item in enumerate(attribute.items("canonicalValues")):
        if isinstance(item, Scalar) and isinstance(item.value, str):
            value = item.value if exact else item.value.lower()
            if value in seen:
                report(
                    attribute.at("canonicalValues", index),
                    f'"{item.value}" occurs twice',
                    "remove it",
                )
            seen.add(value)


@rule(
    "canonical-values-inapplicable",
    Severity.INFO,
    Kind.ATTRIBUTE,
    "RFC 7643 section 2.3.1",
    bad='"type": "boolean", "canonicalValues": ["true"]',
    good='"type": "boolean"',
    applies=having("canonicalValues"),
)
def canonical_values_inapplicable(attribute: Attribute, report: Report) -> None:
    """canonicalValues only apply to strings

    Only section 2.3.1 mentions them.
    """
    if attribute.type != "string" and attribute.items("canonicalValues"):
        report(
            attribute.at("canonicalValues"),
            f"a {attribute.type} cannot have canonical values",
            "drop them",
        )


@rule(
    "canonical-values-empty",
    Severity.WARNING,
    Kind.ATTRIBUTE,
    "RFC 7643 section 7",
    bad='"canonicalValues": ["work", ""]',
    good='"canonicalValues": ["work"]',
    applies=having("canonicalValues"),
)
def canonical_values_empty(attribute: Attribute, report: Report) -> None:
    """A canonical value is not empty

    A client offers the values for selection, such as "work" and "home".
    """
    for index, item in enumerate(attribute.items("canonicalValues")):
        if isinstance(item, Scalar) and isinstance(item.value, str) and not item.value.strip():
            report(attribute.at("canonicalValues", index), "an empty canonical value", "remove it")
