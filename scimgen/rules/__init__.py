"""The rules. Importing this package registers all of them.

A new rule is one function with the `rule` decorator in the module of its subject, and a bad and a
good document in `tests/rules/<id>/`. The rules of a client are in the modules that its profile
names (`scimgen.clients`).
"""

from importlib import import_module

from scimgen.clients import PROFILES
from scimgen.rules import (
    attribute,
    capabilities,
    characteristics,
    core_attributes,
    description,
    ignores,
    list_response,
    members,
    meta,
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
from scimgen.rules.rule import Kind, Rule, all_rules, find_rule

__all__ = ["Checked", "Finding", "Kind", "Rule", "all_rules", "check", "find_rule"]

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
    ignores,
    description,
)
"""The modules with rules of the RFCs and of descriptions, one per subject."""

for _name in (module for profile in PROFILES for module in profile.rules):
    import_module(f"scimgen.rules.{_name}")
