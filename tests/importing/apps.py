"""Random apps whose documents a description can give: by hypothesis, from pages of the language."""

import json
from typing import Any

from hypothesis import strategies as st

from scimgen.description import load
from scimgen.model import App
from scimgen.source import read_text

_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=30)
_WORDS = st.sampled_from(
    ["no", "null", "1.0", "0x1f", "a: b", "- x", "#", "it's", 'say "x"', "{a}", "\\", "a\nb", "~", "é"]
)
_TEXTS = _TEXT | _WORDS
_NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9_-]{0,8}", fullmatch=True)
_TYPE_NAMES = st.sampled_from(["Badge", "Seat Plan", "Décor", "Policy", "no", "null", "Licence"])
_SIMPLE = ["string", "boolean", "decimal", "integer", "dateTime", "binary", "reference"]
_TAKEN = {"id", "externalid", "meta", "schemas"}
_URNS = st.from_regex(r"urn:[a-z]{2,5}:[A-Za-z0-9:._-]{1,12}", fullmatch=True)


@st.composite
def _attribute(draw: st.DrawFn, deep: bool = True) -> Any:
    kind = draw(st.sampled_from([*_SIMPLE, "complex"] if deep else _SIMPLE))
    if kind != "complex" and draw(st.booleans()):
        return kind
    form: dict[str, Any] = {"type": kind}
    form |= draw(
        st.fixed_dictionaries(
            {},
            optional={
                "description": _TEXTS,
                "required": st.booleans(),
                "multiValued": st.booleans(),
                "mutability": st.sampled_from(["readOnly", "readWrite", "immutable"]),
                "returned": st.sampled_from(["always", "never", "default", "request"]),
            },
        )
    )
    if kind == "string":
        values = st.lists(_TEXTS, max_size=3, unique=True)
        form |= draw(st.fixed_dictionaries({"caseExact": st.just(True)}, optional={"canonicalValues": values}))
        form["uniqueness"] = draw(st.sampled_from(["none", "server", "global"]))
    if kind == "reference":
        form["referenceTypes"] = draw(st.lists(st.sampled_from(["User", "Group", "uri", "external"]), unique=True))
    if kind == "complex":
        form["attributes"] = draw(_attributes(deep=False, least=1))
    return form


def _attributes(deep: bool = True, least: int = 0) -> st.SearchStrategy[dict[str, Any]]:
    forms = st.lists(st.tuples(_NAMES, _attribute(deep)), min_size=least, max_size=4, unique_by=lambda x: x[0].lower())
    return forms.map(dict)


@st.composite
def _extended(draw: st.DrawFn) -> dict[str, Any]:
    page: dict[str, Any] = {"attributes": draw(_attributes(least=1))}
    more = st.fixed_dictionaries({}, optional={"name": _TEXTS, "description": _TEXTS, "required": st.booleans()})
    page |= draw(
        st.fixed_dictionaries(
            {}, optional={"schema": _URNS, "version": st.sampled_from(["2.0", "10.1"]), "extension": more}
        )
    )
    return page


@st.composite
def apps(draw: st.DrawFn) -> App:
    """An app of the language; what a page refuses is drawn again."""
    page: dict[str, Any] = {"scimgen": 1, "app": "crm", "vendor": "acme"}
    page |= draw(st.fixed_dictionaries({}, optional={"user": _extended(), "group": _extended(), "roles": _extended()}))
    if "roles" in page:
        page["roles"] |= draw(st.fixed_dictionaries({}, optional={"description": _TEXTS}))
    types = st.dictionaries(_TYPE_NAMES, _extended(), max_size=3)
    page["entitlements"] = draw(types)
    for form in page["entitlements"].values():
        form |= draw(st.fixed_dictionaries({}, optional={"description": _TEXTS}))
    page["resources"] = {
        f"Own {name}": {"attributes": form["attributes"], "description": "x"} for name, form in draw(types).items()
    }
    app, findings = load(read_text("a.json", json.dumps(page).encode(), "json"))
    if app is None:
        refused = {finding.rule for finding in findings}
        from hypothesis import assume, event

        event(f"refused: {sorted(refused)}")
        assume(False)
    assert app
    return app
