"""The profile of Okta: what is fine there, and what Okta does not read."""

import pytest

from scimgen.documents import urns
from tests.rules.documents import listing, resource_type, schema, shown

EXTENSION = "urn:acme:scim:schemas:extension:crm:1.0:User"
LIST_RULES = {"okta": "okta-list-response", "entra": "entra-list-response"}


@pytest.mark.parametrize("client", LIST_RULES)
def test_a_file_with_one_document_is_no_error(client: str) -> None:
    """It is the answer to /Schemas/{id}, or a part of a list."""
    assert shown(schema(), client) == []
    assert shown(resource_type(urns.USER), client) == []


@pytest.mark.parametrize("client", LIST_RULES)
def test_a_server_that_answers_one_document_to_the_request_for_a_list_is_an_error(client: str) -> None:
    """The name of the document is its URL."""
    url = "https://crm.example/scim/v2/Schemas"
    assert shown(schema(), client, name=url) == [(LIST_RULES[client], "")]
    assert shown(schema(), client, name=f"{url}/urn:acme:scim:schemas:crm:1.0:Badge") == []


def test_an_array_is_still_an_error() -> None:
    """Okta reads it as empty."""
    assert ("okta-list-response", "") in shown([schema()], "okta")


@pytest.mark.parametrize("urn", [EXTENSION, "urn:acme:scim:schemas:extension:crm:1.0:Group"])
def test_an_extension_that_no_type_names_is_a_warning(urn: str) -> None:
    """Okta ignores it."""
    documents = listing(resource_type(urns.USER), schema(id=urn))
    assert shown(documents, "okta") == [("okta-import-user-schema", "/Resources/1/id")]


def test_an_extension_that_a_type_names_is_fine() -> None:
    """Also where it is in another case, and where Okta knows it."""
    documents = listing(resource_type(urns.USER, EXTENSION, urns.ENTERPRISE_USER), schema(id=EXTENSION))
    assert shown(documents, "okta") == []
    known = listing(resource_type(urns.USER), schema(id=urns.ENTERPRISE_USER))
    assert "okta-import-user-schema" not in [rule for rule, _ in shown(known, "okta")]
