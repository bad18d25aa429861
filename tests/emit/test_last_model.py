"""The stored model: `parse` reads what `dump` writes."""

import json
from dataclasses import replace

import pytest
from hypothesis import given

from scimgen.description import load_file
from scimgen.emit.last_model import NotAModel, dump, parse
from scimgen.model import App
from tests.importing.apps import apps
from tests.support import EXAMPLES
from tests.test_golden import CASES


def without_values(app: App) -> App:
    """The model without what has separate files, or belongs to a comparison."""
    types = tuple(replace(type_, values=()) for type_ in app.resource_types)
    return replace(app, resource_types=types, allowed_breaks=())


@pytest.mark.parametrize("case", CASES)
def test_every_case_comes_back(case: str) -> None:
    """Every part of the model, but values and allowed breaks."""
    app, _ = load_file(CASES[case])
    assert app
    assert parse(dump(app)) == without_values(app)


@given(apps())
def test_any_app_comes_back(app: App) -> None:
    """Whatever names and texts it has."""
    assert parse(dump(app)) == without_values(app)


def test_an_attribute_has_one_line() -> None:
    """A diff shows the changed attribute alone."""
    app, _ = load_file(EXAMPLES["crm"])
    assert app
    lines = [json.loads(line) for line in dump(app).splitlines()]
    assert {"attribute": {"name": "seats", "type": "integer"}} in lines


def edited(old: str, new: str) -> str:
    """The stored model of an example after an edit."""
    app, _ = load_file(EXAMPLES["crm"])
    assert app
    text = dump(app)
    assert old in text
    return text.replace(old, new)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('{"app"', '{"apps"'),
        ('"name": "crm"', '"name": 1'),
        ('"name": "crm", ', ""),
        ('"type": "integer"', '"type": "int"'),
        ('"type": "integer"', '"kind": "integer"'),
        ('"required": true', '"required": 1'),
        ('{"schema": {"id"', '{"schema": {"urn"'),
        ('"schema": "urn:', '"schema": "urn:x:'),
        ('{"resourceType": ', '{"resourceType": ['),
        ('{"app": ', "null\n"),
    ],
)
def test_other_text_is_refused(old: str, new: str) -> None:
    """A text that no release wrote is no model, and no other error."""
    with pytest.raises(NotAModel):
        parse(edited(old, new))
