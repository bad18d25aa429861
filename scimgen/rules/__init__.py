"""The rules. Importing this package registers all of them.

A new rule is one function with the `rule` decorator in the module of its subject, and a bad and a good document in
`tests/rules/<id>/`.
"""

from scimgen.rules import (
    attribute,
    capabilities,
    characteristics,
    core_attributes,
    description,
    entra,
    ietf,
    ignores,
    list_response,
    members,
    meta,
    okta,
    okta_resources,
    registered,
    resource_type,
    schema,
    schema_extension,
    schema_id,
    schemas_member,
    service_provider,
    service_provider_config,
    sub_attributes,
    text,
    urn,
    values,
)
from scimgen.rules.check import Checked, check
from scimgen.rules.report import Finding
from scimgen.rules.rule import CLIENTS, Kind, Rule, all_rules, find_rule

__all__ = ["CLIENTS", "Checked", "Finding", "Kind", "Rule", "all_rules", "check", "find_rule"]

_MODULES = (
    text,
    members,
    list_response,
    schemas_member,
    meta,
    schema,
    values,
    schema_id,
    attribute,
    characteristics,
    sub_attributes,
    registered,
    core_attributes,
    resource_type,
    schema_extension,
    service_provider_config,
    capabilities,
    service_provider,
    urn,
    okta,
    okta_resources,
    entra,
    ietf,
    ignores,
    description,
)
"""The modules with rules, one per subject."""
