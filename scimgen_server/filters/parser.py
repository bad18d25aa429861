"""Parses filters (RFC 7644 figure 1). Errors name the position of the fault."""

import json
import re
from dataclasses import dataclass
from typing import Any, Literal, NoReturn, Protocol, cast, get_args

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
    """Resolves the names in a filter: the tree of a resource type, or one attribute's parts."""

    def find(self, name: str) -> Attribute | None:
        """Find an attribute by its path, in any case."""
        ...


@dataclass(frozen=True, slots=True)
class SubAttributes:
    """Resolves the names inside `attribute[…]`. A simple value is called `value` there."""

    attribute: Attribute

    def find(self, name: str) -> Attribute | None:
        """Find a sub-attribute by its name, in any case."""
        if self.attribute.sub_attributes:
            return self.attribute.sub_attribute(name)
        return self.attribute if name.lower() == "value" else None


def parse_filter(text: str, namespace: Namespace, *, lenient: bool = False) -> Filter:
    """Parse a filter.

    Args:
        text: the filter.
        namespace: resolves the names.
        lenient: whether a condition on an unknown attribute never matches, instead of being an
            error.

    Raises:
        ScimError: 400 invalidFilter.
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
    """A recursive descent parser for the grammar of RFC 7644 figure 1.

    The precedence from high to low is `not`, `and`, `or`. After each method, `kind` and `token` are
    those of the next token that is not consumed yet.

    Args:
        text: the filter.
        lenient: see `parse_filter`.
    """

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
        """Parse `term or term …`."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.fail(f"it is nested deeper than {MAX_DEPTH} levels")
        terms = [self._conjunction(namespace)]
        while self._word("or"):
            terms.append(self._conjunction(namespace))
        self.depth -= 1
        return terms[0] if len(terms) == 1 else Logical("or", tuple(terms))

    def end(self) -> None:
        """Check that the text ends here."""
        if self.kind != "end":
            self.fail(f"the filter should end here, but {self.token!r} follows")

    def fail(self, reason: str) -> NoReturn:
        """Refuse the filter, with the position of the current token."""
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
                self.fail("not must be followed by a parenthesis")
            return Not(self._group(namespace))
        return self._expression(namespace)

    def _group(self, namespace: Namespace) -> Filter:
        group = self.disjunction(namespace)
        if not self._mark(")"):
            self.fail("a closing parenthesis is missing")
        return group

    def _expression(self, namespace: Namespace) -> Filter:
        if self.kind != "word":
            self.fail(f"expected the name of an attribute, not {self.token or 'the end'}")
        attribute = namespace.find(self.token)
        if attribute is None and not self.lenient:
            self.fail(f"there is no attribute {self.token!r}")
        self._advance()
        if self._mark("["):
            return self.value_path(attribute)
        return self._comparison(attribute)

    def value_path(self, attribute: Attribute | None) -> Filter:
        """Parse the rest of a value path, after `attribute[`.

        `attribute[filter].sub op value` is not in the grammar, but clients send it. It is parsed as
        one filter on the same value.

        Args:
            attribute: None for an unknown attribute of a lenient filter.
        """
        inner = self.disjunction(SubAttributes(attribute) if attribute else _AnyName())
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
        """Parse the operator after the name of an attribute, and the value unless it is `pr`."""
        self.comparisons += 1
        if self.comparisons > MAX_COMPARISONS:
            self.fail(f"it has more than {MAX_COMPARISONS} comparisons")
        operator = self._operator()
        if operator == "pr":
            return self._present(attribute)
        value = self._value()
        if value is None and operator not in ("eq", "ne"):
            self.fail("null can be compared with eq and ne only")
        if attribute is None:
            return Nothing()
        # A complex attribute is compared by its sub-attribute `value` (RFC 7643 section 2.4).
        if attribute.type == "complex":
            attribute = attribute.sub_attribute("value") or self.fail(
                f"{attribute} is complex; name one of its sub-attributes"
            )
        # Null is the same as unassigned (RFC 7643 section 2.5).
        if value is None:
            present = self._present(attribute)
            return Not(present) if operator == "eq" else present
        return self._typed_comparison(attribute, operator, value)

    def _operator(self) -> Operator | Literal["pr"]:
        operator = self.token.lower()
        if self.kind != "word" or (operator != "pr" and operator not in _OPERATORS):
            found = self.token or "the end"
            self.fail(f"expected an operator (eq ne co sw ew pr gt ge lt le), not {found}")
        self._advance()
        return cast("Operator | Literal['pr']", operator)

    def _typed_comparison(self, attribute: Attribute, operator: Operator, value: Any) -> Filter:
        """Check the types of a comparison, and return its node (RFC 7644 table 3)."""
        is_text_type = attribute.type in ("string", "reference")
        if attribute.type == "boolean" and operator not in ("eq", "ne"):
            self.fail(f"{attribute} is a boolean; compare it with eq or ne")
        if attribute.type == "binary" and operator in _ORDER:
            self.fail(f"{attribute} is binary and has no order; compare it with eq or ne")
        if operator in _SUBSTRING and not is_text_type:
            self.fail(f"{attribute} is a {attribute.type}; {operator} compares texts only")
        # An empty text would be read as unassigned, but a filter may compare with it.
        canonical = "" if value == "" and is_text_type else self._canonical(attribute, value)
        self._check_returned(attribute)
        return Comparison(attribute, operator, canonical, fold(attribute, canonical))

    def _canonical(self, attribute: Attribute, value: Any) -> Any:
        try:
            canonical = Reader().read(attribute, value, single=True)
        except ScimError as error:
            self.fail(error.detail.removesuffix("."))
        if is_array(canonical):
            canonical = canonical[0]
        if canonical is None:
            self.fail(f"{attribute} cannot be compared with an empty string")
        return canonical

    def _present(self, attribute: Attribute | None) -> Filter:
        if attribute is None:
            return Nothing()
        self._check_returned(attribute)
        return Present(attribute)

    def _check_returned(self, attribute: Attribute) -> None:
        """Refuse a secret: filters could be used to guess its value (RFC 7644 section 7.5.2).

        An attribute whose parts are all secret is refused as well: `pr` would show that one is set.
        """
        if attribute.unreadable:
            self.fail(f"{attribute} is never returned, so a filter must not contain it")

    def _value(self) -> Any:
        if self.kind not in ("string", "word"):
            self.fail("expected a value")
        text = self.token if self.kind == "string" else self.token.lower()
        try:
            value = _decoder.decode(text)
        except ValueError:
            self.fail(f"{self.token[:60]} is not a JSON value; strings need double quotes")
        if isinstance(value, str) and not is_text(value):
            self.fail("a string may hold neither NUL characters nor lone surrogates")
        self._advance()
        return value

    def _word(self, word: str) -> bool:
        """Consume the next token if it is this word, in any case; return whether it is."""
        return self.kind == "word" and self.token.lower() == word and self._advance()

    def _mark(self, mark: str) -> bool:
        """Consume the next token if it is this bracket; return whether it is."""
        return self.kind == "mark" and self.token == mark and self._advance()

    def _advance(self) -> bool:
        match = _TOKEN.match(self.text, self.next)
        if match is None:
            self.fail("a string is not closed")
        self.kind = match.lastgroup or "end"
        self.token = match[self.kind]
        self.position, self.next = match.start(self.kind), match.end()
        return True


class _AnyName:
    """Resolves no name, inside the value path of an unknown attribute of a lenient filter."""

    def find(self, name: str) -> Attribute | None:
        return None


def _refuse_constant(name: str) -> NoReturn:
    """Refuse NaN and Infinity, which Python's decoder accepts although JSON lacks them."""
    raise ValueError(name)


_decoder = json.JSONDecoder(parse_constant=_refuse_constant)
