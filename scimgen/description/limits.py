"""Read the limits of role and entitlement types: how many users may hold one value."""

from collections.abc import Sequence
from typing import Any

from scimgen.description.report import Page, Report
from scimgen.model import AttributeType, Schema, SchemaExtension


def read_limit(
    report: Report,
    page: Page,
    pointer: str,
    schema: Schema,
    extensions: Sequence[SchemaExtension],
) -> dict[str, Any]:
    """Read `limit` and `limitCounts` of a type.

    Args:
        report: Gets an error if `limit: {from: …}` names no integer attribute, and a warning for
            `limitCounts` without a limit.
        page: The description of the type.
        pointer: Its JSON Pointer.
        schema: The schema of the type.
        extensions: Its extensions.

    Returns:
        The fields of `ResourceType`.
    """
    limit = page.get("limit")
    active = page.get("limitCounts") == "active"
    if active and limit is None:
        report.warning(
            "limit-unused",
            "limitCounts has no effect without limit",
            f"{pointer}/limitCounts",
            key=True,
            fix="write a limit, or remove limitCounts",
        )
    if not isinstance(limit, dict):
        return {"limit": limit, "limit_active": active}
    name = limit["from"]
    path = _path_of(name, schema, extensions)
    if path is None:
        report.error(
            "limit-attribute",
            f"the type has no attribute {name} with one integer as its value",
            f"{pointer}/limit/from",
            fix=f"declare it: attributes: {{{name}: integer}}",
        )
    return {"limit_from": path, "limit_active": active}


def refuse_in_draft(report: Report, page: Page, pointer: str) -> None:
    """Report limits that the dialect of the IETF draft writes in another way."""
    if isinstance(page.get("limit"), dict):
        message = "in the draft's dialect each value has its limit in totalAssignmentsPermitted"
        fix = "remove limit, and write totalAssignmentsPermitted at the values"
        report.error("dialect", message, f"{pointer}/limit", key=True, fix=fix)
    if page.get("limitCounts") == "active":
        message = "in the draft's dialect all users count, as totalAssignmentsUsed shows them"
        at = f"{pointer}/limitCounts"
        report.error("dialect", message, at, key=True, fix="remove limitCounts")


def _path_of(name: str, schema: Schema, extensions: Sequence[SchemaExtension]) -> str | None:
    """Return the path of an attribute with one integer, of the schema or an extension."""
    for owner, prefix in ((schema, ""), *((one.schema, f"{one.schema.id}:") for one in extensions)):
        for attribute in owner.attributes:
            if attribute.name.lower() != name.lower():
                continue
            if attribute.type is AttributeType.INTEGER and not attribute.multi_valued:
                return f"{prefix}{attribute.name}"
    return None
