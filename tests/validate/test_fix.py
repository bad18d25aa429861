"""`--fix`: what has one right answer is fixed, everything else keeps its bytes."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scimgen.rules import all_rules, check
from scimgen.source import read_text
from scimgen.validation.fixing import fix
from tests.validate.support import RULES, run, write

FIXED = (
    *("json-bom", "bare-array", "list-schemas-uri", "list-total-missing", "list-total-mismatch", "list-number-type"),
    *("list-items-per-page", "list-start-index", "schemas-missing", "schemas-missing-rt", "schemas-missing-spc"),
    *("schemas-wrong-uri", "schemas-not-array", "schemas-case", "meta-resource-type", "key-case", "attr-type-missing"),
    *("attr-type-case", "boolean-type", "enum-invalid", "characteristic-omitted", "reference-types-case"),
    *("spc-integer-type", "rt-endpoint-no-slash", "rt-extensions-not-array"),
)


@pytest.mark.parametrize("rule", FIXED)
def test_what_has_one_right_answer_is_fixed(rule: str, tmp_path: Path) -> None:
    """The bad document of the rule is not found bad again."""
    path = write(tmp_path / "a.json", (RULES / rule / "bad.json").read_bytes())
    assert rule in run(path, min_severity="info").rules
    ran = run(path, fix=True, min_severity="info")
    assert rule not in ran.rules
    assert "fixed" in ran.err


@pytest.mark.parametrize("rule", [rule.id for rule in all_rules() if rule.kinds])
def test_fixing_settles_and_never_breaks_a_document(rule: str) -> None:
    """A second run finds nothing to do, and no rule finds an error that was not there."""
    document = read_text("a.json", (RULES / rule / "bad.json").read_bytes(), "json")
    fixed = fix(document, ("okta", "entra", "ietf"), lambda _: True)
    if fixed is not None:
        assert fixed.after.root is not None
        assert fix(fixed.after, ("okta", "entra", "ietf"), lambda _: True) is None
        before = {finding.rule.id for finding in check([document]).findings}
        after = {finding.rule.id for finding in check([fixed.after]).findings}
        assert after <= before


def test_everything_else_stays_byte_for_byte(tmp_path: Path) -> None:
    """Odd blanks, line ends, escapes and numbers are the owner's."""
    text = (
        '\ufeff{\r\n\t"schemas" :["urn:ietf:params:scim:schemas:core:2.0:Schema"],\r\n\t"id":"urn:acme:scim:\\u0041",'
        '\r\n  "attributes":[ {"name":"x",  "type":"STRING","multiValued":true,"required":false,"caseExact":false,'
        '"mutability":"readWrite","returned":"default"} ] }\r\n\r\n'
    )
    path = write(tmp_path / "a.json", text)
    run(path, fix=True, min_severity="info")
    fixed = text.removeprefix("\ufeff").replace('"STRING"', '"string"')
    fixed = fixed.replace('"returned":"default"}', '"returned":"default","uniqueness":"none"}')
    assert path.read_bytes().decode("utf-8") == fixed


def test_what_is_added_has_one_order(tmp_path: Path) -> None:
    """That of the RFC, whatever the hash seed."""
    text = '{"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Schema"], "id": "urn:acme:x", "attributes": [%s]}'
    path = write(tmp_path / "a.json", text % '{"name": "a", "type": "string", "multiValued": false}')
    run(path, fix=True, min_severity="info")
    added = (
        '"required": false, "caseExact": false, "mutability": "readWrite", "returned": "default", "uniqueness": "none"'
    )
    assert path.read_text("utf-8") == text % f'{{"name": "a", "type": "string", "multiValued": false, {added}}}'


def test_an_array_is_wrapped_with_its_own_lines(tmp_path: Path) -> None:
    """It is in a ListResponse."""
    path = write(tmp_path / "a.json", (RULES / "bare-array" / "bad.json").read_bytes())
    inner = path.read_text("utf-8").strip()
    run(path, fix=True, min_severity="info")
    assert inner in path.read_text("utf-8")
    assert json.loads(path.read_text("utf-8"))["totalResults"] == 1


def test_diff_shows_and_writes_nothing(tmp_path: Path) -> None:
    """The diff goes to stdout, the file stays."""
    path = write(tmp_path / "a.json", (RULES / "enum-invalid" / "bad.json").read_bytes())
    before = path.read_bytes()
    ran = run(path, diff=True, format="text")
    assert path.read_bytes() == before
    assert '-      "mutability": "readonly",' in ran.out
    assert '+      "mutability": "readOnly",' in ran.out
    assert ran.code == 1


def test_a_fixed_file_keeps_its_mode_and_its_link(tmp_path: Path) -> None:
    """The new file takes the old one's place."""
    path = write(tmp_path / "real.json", (RULES / "enum-invalid" / "bad.json").read_bytes())
    path.chmod(0o640)
    link = tmp_path / "link.json"
    link.symlink_to(path)
    assert run(link, fix=True).code == 0
    assert link.is_symlink()
    assert path.stat().st_mode & 0o777 == 0o640
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["link.json", "real.json"]


def test_ignored_and_switched_off_rules_are_not_fixed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who ignores a finding wants the text as it is."""
    monkeypatch.chdir(tmp_path)
    path = write(tmp_path / "a.json", (RULES / "enum-invalid" / "bad.json").read_bytes())
    before = path.read_bytes()
    write(tmp_path / "scimgen.toml", 'ignore = ["enum-invalid"]')
    run("a.json", fix=True)
    write(tmp_path / "scimgen.toml", 'severity = {enum-invalid = "off"}')
    run("a.json", fix=True)
    assert path.read_bytes() == before


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
_WORDS = """schemas id name attributes subAttributes type multiValued mutability meta Resources endpoint schema
schemaExtensions bulk filter authenticationSchemes totalResults required readOnly typ"""
_NAMES = st.sampled_from(_WORDS.split())
_DOCUMENTS = st.recursive(
    _JSON | st.sampled_from(["string", "READONLY", "true", "1", "urn:ietf:params:scim:schemas:core:2.0:Schema"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_NAMES, inner, max_size=6),
    max_leaves=30,
)


@given(_DOCUMENTS)
def test_no_document_breaks_the_rules_or_the_fixes(value: object) -> None:
    """A fixed document is JSON, whatever the document contains."""
    document = read_text("a.json", json.dumps(value).encode("utf-8"), "json")
    fixed = fix(document, ("okta", "entra", "ietf"), lambda _: True)
    if fixed is not None:
        json.loads(fixed.after.source.text)


def test_a_misspelt_setting_is_not_contradicted(tmp_path: Path) -> None:
    """`uniquness` is renamed, and `readOnly` is not contradicted by the default of mutability."""
    schema = json.loads((RULES / "key-typo" / "good.json").read_text("utf-8"))
    attribute = schema["attributes"][0]
    for name in ("uniqueness", "mutability", "returned"):
        del attribute[name]
    path = write(tmp_path / "a.json", schema | {"attributes": [attribute | {"uniquness": "server", "readOnly": True}]})
    run(path, fix=True, min_severity="info")
    fixed = json.loads(path.read_text("utf-8"))["attributes"][0]
    assert "uniquness" not in fixed and "mutability" not in fixed
    assert fixed["uniqueness"] == "server"
    assert fixed["returned"] == "default"
