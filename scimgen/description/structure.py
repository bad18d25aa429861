"""Check a description with the JSON Schema of the language.

Invalid parts are removed from the result, so that the other parts can be read and their faults
reported as well.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from scimgen.data import load_json
from scimgen.description.fits import fits
from scimgen.description.report import Page, Report, did_you_mean
from scimgen.model import Mutability, Returned, Uniqueness
from scimgen.model.characteristics import CANONICAL_VALUES, CHARACTERISTICS, REFERENCE_TYPES
from scimgen.source import Member, Object, Scalar, plain, pointer_step, walk

_SURROGATE = re.compile("[\ud800-\udfff]")
_KINDS = {
    "object": "a mapping",
    "array": "a list",
    "string": "text",
    "boolean": "true or false",
    "null": "nothing",
}
_PATTERNS = {
    "/app": "lower-case letters, digits and -, beginning with a letter",
    "/vendor": "lower-case letters, digits and -, at least two (RFC 8141 section 2)",
}

_RULES: Mapping[str | type, str] = {
    bool: "boolean-type",
    str: "text-type",
    Mutability: "enum-invalid",
    Returned: "enum-invalid",
    Uniqueness: "enum-invalid",
    CANONICAL_VALUES.key: "canonical-values-type",
    REFERENCE_TYPES.key: "reference-types-invalid",
}
"""The rules for documents about a wrong value, by the key of the characteristic or its kind."""


@cache
def _validator() -> Any:
    from jsonschema import Draft202012Validator
    from referencing import Registry

    # With an empty registry, a $ref cannot cause a network request.
    return Draft202012Validator(load_json("scimgen.schema.json"), registry=Registry())


def _pointer(path: Sequence[str | int]) -> str:
    pointer = ""
    for step in path:
        pointer = pointer_step(pointer, step)
    return pointer


def _article(kinds: str | list[str]) -> str:
    names = [kinds] if isinstance(kinds, str) else kinds
    return " or ".join(
        _KINDS.get(name, f"a {name}") for name in names if name != "null" or len(names) == 1
    )


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}…"


def check_structure(report: Report) -> Page | None:
    """Report what does not fit the JSON Schema of the language.

    Returns:
        The description as plain data without the invalid parts, or None if it is not a mapping.
    """
    root = report.document.root
    if not isinstance(root, Object):
        report.error(
            "description-type",
            "a description must be a mapping of keys",
            "",
            fix="begin with scimgen: 1",
        )
        return None
    _duplicates(report)
    _surrogates(report)
    page: Page = plain(root)  # type: ignore[assignment]
    broken: list[list[str | int]] = []
    errors: dict[tuple[str, str | int], Any] = {}
    schema = load_json("scimgen.schema.json")
    for error in () if fits(page, schema, schema) else _validator().iter_errors(page):
        # jsonschema reports one error for each missing key of a mapping. Each of them lists all
        # keys.
        at = _pointer(error.absolute_path)
        errors.setdefault(
            (at, error.validator) if error.validator == "required" else (at, len(errors)), error
        )
    for _, error in sorted(errors.items(), key=lambda item: item[0][0]):
        broken.extend(_explain(report, error))
    for path in broken:
        definition = path[:-1] if path[-1:] == ["type"] else path
        if "attributes" in definition[:-1]:
            report.faulty.add(str(definition[-1]))
    for path in sorted(broken, key=len, reverse=True):
        _cut(page, path)
    return page


def _duplicates(report: Report) -> None:
    assert report.document.root
    for pointer, node in walk(report.document.root):
        if not isinstance(node, Object):
            continue
        first: dict[str, Member] = {}
        for member in node.members:
            if member.key in first:
                line = report.document.place(first[member.key]).line
                message = (
                    f"{member.key} occurs twice in {pointer or 'the description'}: line {line} has"
                    " it too"
                )
                report.error("description-duplicate-key", message, member, fix="keep one of them")
            first.setdefault(member.key, member)


def _surrogates(report: Report) -> None:
    """Report unpaired surrogates. JSON can write them as escapes, but UTF-8 cannot encode them."""
    assert report.document.root
    for pointer, node in walk(report.document.root):
        texts = [member.key for member in node.members] if isinstance(node, Object) else []
        if isinstance(node, Scalar) and isinstance(node.value, str):
            texts.append(node.value)
        if any(_SURROGATE.search(text) for text in texts):
            message = "an unpaired surrogate is not a character"
            fix = "write the character itself"
            report.error(
                "description-syntax", message, pointer, fix=fix, source="RFC 8259 section 8.2"
            )


def _explain(report: Report, error: Any) -> Iterator[list[str | int]]:
    """Report an error of jsonschema with a better message.

    Yields:
        The paths of the invalid parts.
    """
    path = list(error.absolute_path)
    pointer = _pointer(path)
    if error.validator == "uniqueItems" and path[-1:] == [CANONICAL_VALUES.key]:
        return  # a rule for documents reports the duplicate
    name = next((step for step in reversed(path) if isinstance(step, str)), "the description")
    if error.validator == "additionalProperties":
        for extra in sorted(set(error.instance) - set(error.schema["properties"])):
            _report_unknown_key(report, error, pointer, name, extra)
            yield [*path, extra]
    elif error.validator == "required":
        for missing in (key for key in error.validator_value if key not in error.instance):
            message = f"{missing} is missing" + (f" in {pointer}" if pointer else "")
            report.error("description-missing-key", message, pointer, fix=_missing_fix(missing))
    else:
        rule, message, fix = _wrong_value(report, error, pointer, name)
        key = error.validator == "pattern" and _is_about_key(error)
        if key:
            path = [*path, error.instance]
            pointer, message = _pointer(path), f"{_shown(error.instance)} cannot be a name"
        report.error(_rule(path, error, rule), message, pointer, key=key, fix=fix)
        yield path


def _report_unknown_key(report: Report, error: Any, pointer: str, name: str, extra: str) -> None:
    known = error.schema["properties"]
    fix = did_you_mean(extra, known) or f"known here: {', '.join(sorted(known))}"
    if pointer == "/roles":
        fix += f"; or roles as a list: - {{id: {extra}, displayName: …}}"
    message = f"{extra} is not a key of {name}"
    report.error(
        "description-unknown-key", message, pointer_step(pointer, extra), key=True, fix=fix
    )


def _wrong_value(report: Report, error: Any, pointer: str, name: str) -> tuple[str, str, str]:
    """The rule, the message and the fix for a value."""
    cannot_be = f"{name} cannot be {_shown(error.instance)}"
    match error.validator:
        case "type":
            return "description-type", *_wrong_type(report, error, pointer, name)
        case "enum" | "const" | "anyOf":
            allowed = _allowed(error)
            one_of = "one of" if allowed[1:] else "write"
            near = did_you_mean(str(error.instance), allowed)
            return "description-value", cannot_be, near or f"{one_of} {', '.join(allowed)}"
        case "pattern":
            fix = _PATTERNS.get(pointer, _pattern_fix(error))
            return "description-value", cannot_be, fix
        case "uniqueItems":
            return "description-value", f"{name} has a duplicate", ""
        case _:
            return "description-value", f"{name}: {error.message}", ""


def _wrong_type(report: Report, error: Any, pointer: str, name: str) -> tuple[str, str]:
    """The message and the fix for a value of a wrong type."""
    expected, found = error.validator_value, error.instance
    message = f"{name} must be {_article(expected)}, not {_shown(found)}"
    if isinstance(found, int | float | bool) and "string" in expected:
        return message, f'put it in quotes: "{report.text(pointer)}"'
    if expected == "array" and isinstance(found, str):
        return message, f"write [{report.text(pointer)}]"
    return message, ""


def _is_about_key(error: Any) -> bool:
    """Whether a pattern is that of a key."""
    is_type = "typeName" in "/".join(map(str, error.schema_path))
    return is_type or "propertyNames" in error.absolute_schema_path


def _rule(path: list[str | int], error: Any, rule: str) -> str:
    """The id of the rule about a wrong value: that of the rule for documents, if there is one."""
    if error.validator not in ("type", "enum", "anyOf"):
        return rule
    steps = [step for step in path if isinstance(step, str)]
    is_definition = steps[-2:-1] == ["attributes"]
    is_member = steps[-3:-2] == ["attributes"]
    if (is_definition and error.validator == "anyOf") or (is_member and steps[-1] == "type"):
        return "attr-type-invalid"
    entry = next((entry for entry in CHARACTERISTICS if [entry.key] == steps[-1:]), None)
    if entry is None or not entry.name or not is_member:
        return rule
    return _RULES.get(entry.key) or _RULES[entry.kind]


def _missing_fix(key: str) -> str:
    fixes = {
        "scimgen": "begin with scimgen: 1",
        "app": "app: NAME, such as app: crm",
        "vendor": "vendor: NAME, such as vendor: acme",
        "id": "id: a name that no other resource has",
    }
    return fixes.get(key, "")


def _allowed(error: Any) -> list[str]:
    if error.validator == "const":
        return [str(error.validator_value)]
    if error.validator == "enum":
        return [str(value) for value in error.validator_value]
    return [str(value) for value in load_json("scimgen.schema.json")["$defs"]["type"]["enum"]]


def _pattern_fix(error: Any) -> str:
    defined = str(error.absolute_schema_path)
    pattern = str(error.validator_value)
    if pattern.startswith("^[uU]"):
        return "a URN, such as urn:acme:scim:schemas:extension:crm:1.0:License (RFC 8141 section 2)"
    if pattern.startswith("^/"):
        return "a path of one segment with a slash, such as /Licenses"
    if pattern.startswith("^https"):
        return "a URL that begins with https://"
    if pattern.startswith("\\.csv"):
        return "a list of values, or the name of a .csv file"
    if "typeName" in defined or pattern.startswith("^[^"):
        return "at most 64 characters, no /, quote or backslash, no blank at either end"
    return "digits and dots, such as 1.0"


def _cut(page: Any, path: list[str | int]) -> None:
    """Remove the value at a path.

    A list keeps its length, so that the pointers of other items stay valid.
    """
    owner = page
    for step in path[:-1]:
        try:
            owner = owner[step]
        except (KeyError, IndexError, TypeError):
            return
    if not path:
        page.clear()
    elif isinstance(owner, dict):
        owner.pop(path[-1], None)
    elif isinstance(owner, list) and isinstance(path[-1], int):
        owner[path[-1]] = None


def scalar_text(report: Report, pointer: str, value: Any) -> str:
    """The written text of a value that YAML may have read as a number: the version 1.0 is not 1."""
    node = report.node(pointer)
    return (
        report.text(pointer)
        if isinstance(node, Scalar) and not isinstance(value, str)
        else str(value)
    )
