"""The grammar of filters (RFC 7644 figure 1), read with the place of every fault."""

import json
import re
from dataclasses import dataclass
from typing import Any, NoReturn, Protocol, cast, get_args

from ..messages.documents import is_array, is_text
from ..messages.errors import ScimError, bad_request
from ..schema.attributes import Attribute
from ..schema.folding import fold
from ..schema.values import Reader
from .nodes import Comparison, Filter, Logical, Not, Nothing, Operator, Present, ValuePath

MAX_LENGTH = 16_384
MAX_DEPTH = 32
MAX_COMPARISONS = 200

_OPERATORS: frozenset[str] = frozenset(get_args(Operator))
_ORDER = frozenset({"gt", "ge", "lt", "le"})
_SUBSTRING = frozenset({"co", "sw", "ew"})


class Namespace(Protocol):
    """What names are resolved against: a resource type's tree, or the sub-attributes of one attribute."""

    def find(self, name: str) -> Attribute | None: ...


@dataclass(frozen=True, slots=True)
class SubAttributes:
    """The names inside `attribute[…]`; a simple value calls itself `value`."""

    attribute: Attribute

    def find(self, name: str) -> Attribute | None:
        if self.attribute.sub_attributes:
            return self.attribute.sub_attribute(name)
        return self.attribute if name.lower() == "value" else None


def parse_filter(text: str, namespace: Namespace, *, lenient: bool = False) -> Filter:
    """Read a filter.

    Args:
        lenient: whether an unknown attribute matches nothing instead of being an error.
    """
    parser = Parser(text, lenient=lenient)
    parsed = parser.disjunction(namespace)
    parser.end()
    return parsed


_TOKEN = re.compile(
    r'\s*(?:(?P<string>"(?:[^"\\]|\\.)*")|(?P<mark>[()\[\]])|(?P<word>[^\s()\[\]"]+)|(?P<end>$))',
    re.S,
)


class Parser:
    """Recursive descent over the grammar of RFC 7644 figure 1: `or` binds looser than `and`, `and` than `not`."""

    def __init__(self, text: str, *, lenient: bool = False) -> None:
        self.text = text
        self.lenient = lenient
        self.position = self.next = 0
        self.depth = 0
        self.comparisons = 0
        if len(text) > MAX_LENGTH:
            raise bad_request(
                "invalidFilter", f"The filter is longer than {MAX_LENGTH} characters."
            )
        if not is_text(text):
            raise bad_request(
                "invalidFilter", "A filter may hold neither NUL characters nor lone surrogates."
            )
        self._advance()

    def disjunction(self, namespace: Namespace) -> Filter:
        """`term or term …`."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.fail(f"it is nested deeper than {MAX_DEPTH} levels")
        terms = [self._conjunction(namespace)]
        while self._word("or"):
            terms.append(self._conjunction(namespace))
        self.depth -= 1
        return terms[0] if len(terms) == 1 else Logical("or", tuple(terms))

    def end(self) -> None:
        """Nothing may follow."""
        if self.kind != "end":
            self.fail(f"nothing may follow, but {self.token!r} does")

    def fail(self, reason: str) -> NoReturn:
        """Refuse the filter, naming the place."""
        raise bad_request(
            "invalidFilter", f"The filter is wrong at character {self.position + 1}: {reason}."
        )

    def _conjunction(self, namespace: Namespace) -> Filter:
        terms = [self._term(namespace)]
        while self._word("and"):
            terms.append(self._term(namespace))
        return terms[0] if len(terms) == 1 else Logical("and", tuple(terms))

    def _term(self, namespace: Namespace) -> Filter:
        if self._mark("("):
            return self._group(namespace)
        if self._word("not"):
            if not self._mark("("):
                self.fail("after not comes a parenthesis")
            return Not(self._group(namespace))
        return self._expression(namespace)

    def _group(self, namespace: Namespace) -> Filter:
        group = self.disjunction(namespace)
        if not self._mark(")"):
            self.fail("a closing parenthesis is missing")
        return group

    def _expression(self, namespace: Namespace) -> Filter:
        if self.kind != "word":
            self.fail(f"an attribute's name is due, not {self.token or 'the end'}")
        attribute = namespace.find(self.token)
        if attribute is None and not self.lenient:
            self.fail(f"there is no attribute {self.token!r}")
        self._advance()
        if self._mark("["):
            return self.value_path(attribute)
        return self._comparison(attribute)

    def value_path(self, attribute: Attribute | None) -> Filter:
        """What follows `attribute[`; `attribute[filter].sub op value` is read as one filter on the same value."""
        inner = self.disjunction(SubAttributes(attribute) if attribute else _Anything())
        if not self._mark("]"):
            self.fail("a closing bracket is missing")
        if self.kind == "word" and self.token.startswith("."):
            sub = attribute.sub_attribute(self.token[1:]) if attribute else None
            if attribute and sub is None:
                self.fail(f"{attribute} has no {self.token[1:]!r}")
            self._advance()
            inner = Logical("and", (inner, self._comparison(sub)))
        return ValuePath(attribute, inner) if attribute else Nothing()

    def _comparison(self, attribute: Attribute | None) -> Filter:
        self.comparisons += 1
        if self.comparisons > MAX_COMPARISONS:
            self.fail(f"it has more than {MAX_COMPARISONS} comparisons")
        operator = self.token.lower()
        if self.kind != "word" or (operator != "pr" and operator not in _OPERATORS):
            self.fail(
                f"an operator is due (eq ne co sw ew pr gt ge lt le), not {self.token or 'the end'}"
            )
        self._advance()
        if operator == "pr":
            return self._readable(attribute, Present)
        value = self._value()
        if attribute is None:
            if value is None and operator not in ("eq", "ne"):
                self.fail("null can only be eq or ne")
            return Nothing()
        if (
            attribute.type == "complex"
        ):  # a complex attribute compares by its value (RFC 7643 section 2.4)
            attribute = attribute.sub_attribute("value") or self.fail(
                f"name one of the sub-attributes of {attribute}"
            )
        if value is None:  # null and unassigned are the same (RFC 7643 section 2.5)
            present = self._readable(attribute, Present)
            return {"eq": Not(present), "ne": present}.get(operator) or self.fail(
                "null can only be eq or ne"
            )
        return self._bind(attribute, cast("Operator", operator), value)

    def _bind(self, attribute: Attribute, operator: Operator, value: Any) -> Filter:
        if attribute.type == "boolean" and operator not in ("eq", "ne"):
            self.fail(f"{attribute} is a boolean, which only eq and ne compare")
        if attribute.type == "binary" and operator in _ORDER:
            self.fail(f"{attribute} is binary, which has no order")
        if operator in _SUBSTRING and attribute.type not in ("string", "reference"):
            self.fail(f"{attribute} is a {attribute.type}, which {operator} cannot compare")
        if value == "" and attribute.type in ("string", "reference"):
            canonical: Any = ""
        else:
            try:
                canonical = Reader().read(attribute, value, single=True)
            except ScimError as error:
                self.fail(error.detail.removesuffix("."))
        if is_array(canonical):
            canonical = canonical[0]
        if canonical is None:
            self.fail(f"{attribute} cannot be compared with an empty string")
        self._readable(attribute, Present)
        return Comparison(attribute, operator, canonical, fold(attribute, canonical))

    def _readable(self, attribute: Attribute | None, node: type[Present]) -> Filter:
        """What is never returned must not be guessed by filters either (RFC 7644 section 7.5.2)."""
        if attribute is None:
            return Nothing()
        if attribute.secret:
            self.fail(f"{attribute} is never returned, so no filter may ask for it")
        return node(attribute)

    def _value(self) -> Any:
        if self.kind not in ("string", "word"):
            self.fail("a value is due")
        text = self.token if self.kind == "string" else self.token.lower()
        try:
            value = _decoder.decode(text)
        except ValueError:
            self.fail(f"{self.token[:60]} is no JSON value; strings stand in double quotes")
        if isinstance(value, str) and not is_text(value):
            self.fail("a string may hold neither NUL characters nor lone surrogates")
        self._advance()
        return value

    def _word(self, word: str) -> bool:
        return self.kind == "word" and self.token.lower() == word and self._advance()

    def _mark(self, mark: str) -> bool:
        return self.kind == "mark" and self.token == mark and self._advance()

    def _advance(self) -> bool:
        match = _TOKEN.match(self.text, self.next)
        if match is None:
            self.fail("a string is not closed")
        self.kind = match.lastgroup or "end"
        self.token = match[self.kind]
        self.position, self.next = match.start(self.kind), match.end()
        return True


class _Anything:
    """The inside of an unknown attribute's value path: its grammar is checked, its names cannot be."""

    def find(self, name: str) -> Attribute | None:
        return None


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


_decoder = json.JSONDecoder(parse_constant=_no_constant)
