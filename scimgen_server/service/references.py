"""Links between resources: the members of groups, and the roles and entitlements of users.

A link is stored once for both sides, with the key of the other resource. `display`, `type` and
`$ref` come from the other resource when the link is rendered, so that they follow its changes.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from typing import Any, TypeVar
from urllib.parse import quote

from ..events.changes import Grant
from ..messages.documents import Document, dump, is_object
from ..messages.errors import ScimError, invalid_value
from ..ports.resources import Linked, Target, Transaction
from ..schema.attributes import LINKED_KINDS, Attribute, Tree
from ..schema.values import is_primary
from .limits import GrantLimits

_RENDERED_LINKS = 8192
"""How many rendered links are cached."""

_ENTRA_ROLE_TYPE = "WindowsAzureActiveDirectoryRole"
"""The type of every role that Entra sends. It is not the name of a resource type."""

_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]*").fullmatch

AnyTarget = TypeVar("AnyTarget", Linked, Target)


def quoted_ids(ids: Sequence[str]) -> Sequence[str]:
    """Quote ids for a URL."""
    # Most ids need no escape, so one check of all of them together is fast.
    if _UNRESERVED("".join(ids)):
        return ids
    return [quote(one, safe="") for one in ids]


@dataclass
class LinkChange:
    """The changes of one link attribute of a resource by one write.

    Only links that the write has read are considered: see `Writer.held`.

    Args:
        attribute: the link attribute.
        added: the keys of new links, or of those with another `primary`, each with its `primary`.
        removed: the keys of removed links.
        granted: the new links, for events and the audit trail.
        revoked: the removed links, for events and the audit trail.
        kept: the keys of all links after the write, each with its `primary`.
        named: the resources that these links lead to, by key.
    """

    attribute: Attribute
    added: dict[int, bool] = field(default_factory=dict[int, bool])
    removed: list[int] = field(default_factory=list[int])
    granted: list[Grant] = field(default_factory=list[Grant])
    revoked: list[Grant] = field(default_factory=list[Grant])
    kept: dict[int, bool] = field(default_factory=dict[int, bool])
    named: dict[int, Linked | Target] = field(default_factory=dict[int, Linked | Target])

    def __bool__(self) -> bool:
        """Return whether anything has changed."""
        return bool(self.added or self.removed)

    def linked(self) -> list[Linked]:
        """Return all links after the write."""
        return [self._linked(key, one) for key, one in self.named.items()]

    def _linked(self, key: int, one: Linked | Target) -> Linked:
        return Linked(
            link=self.attribute.link or "groups",
            key=key,
            value=one.value,
            type=one.type,
            id=one.id,
            display=one.display,
            primary=self.kept[key],
            label=one.label,
        )


class References:
    """Checks and renders the links of all resource types.

    Args:
        trees: the attributes of all resource types of the server.
    """

    def __init__(self, trees: Sequence[Tree]) -> None:
        self.trees = {tree.name: tree for tree in trees}
        self.limits = GrantLimits(self.trees)
        self._rendered = lru_cache(maxsize=_RENDERED_LINKS)(self._write)

    def location(self, base: str, type_name: str, resource_id: str) -> str:
        """Return the URL of a resource (RFC 7643 section 3.1)."""
        endpoint = self.trees[type_name].resource_type.endpoint
        (quoted_id,) = quoted_ids([resource_id])
        return f"{base}{endpoint}/{quoted_id}"

    def show(self, attribute: Attribute, linked: Sequence[Linked], base: str) -> list[Document]:
        """Return the values of a link attribute."""
        return [self._shown(attribute, one, base) for one in linked]

    def render(self, tree: Tree, linked: Sequence[Linked], base: str) -> str:
        """Return all links of a resource as JSON members, each followed by a comma.

        Rendered links are cached, because many resources have the same link.
        """
        members: dict[str, list[str]] = {}
        for one in linked:
            attribute = tree.by_link.get(one.link)
            if attribute and one.type in self.trees:
                members.setdefault(attribute.name, []).append(self._rendered(attribute, one, base))
        rendered = [f'"{name}":[{",".join(values)}],' for name, values in members.items()]
        return "".join(rendered)

    def _write(self, attribute: Attribute, linked: Linked, base: str) -> str:
        return dump(self._shown(attribute, linked, base)).decode()

    def knows(self, linked: Linked) -> bool:
        """Return whether the type of the linked resource is still in the description."""
        return linked.type in self.trees

    def _shown(self, attribute: Attribute, linked: Linked, base: str) -> Document:
        shown: Document = {"value": linked.value}
        parts = attribute.sub_attributes
        if "$ref" in parts:
            shown["$ref"] = self.location(base, linked.type, linked.id)
        if "display" in parts and linked.display:
            shown["display"] = linked.display
        if "type" in parts and (label := self._type(attribute, linked)):
            shown["type"] = label
        if linked.primary and "primary" in parts:
            shown["primary"] = True
        return shown

    def _type(self, attribute: Attribute, linked: Linked) -> str:
        """Return the `type` of a link.

        In the dialect of the IETF draft it is the `type` of the role or entitlement, or none.
        """
        if attribute.link == "groups":
            return "direct" if linked.direct else "indirect"
        if self.trees[linked.type].resource_type.dialect == "ietf":
            return linked.label
        return linked.type

    async def changes(
        self,
        tx: Transaction,
        tenant: str,
        attribute: Attribute,
        held: Sequence[Linked],
        items: Sequence[Any],
        *,
        active: bool,
    ) -> LinkChange:
        """Compare the links of a resource with those that a client has sent.

        Args:
            tx: the transaction of the write.
            tenant: the tenant.
            attribute: the link attribute.
            held: the present links that were read. Other links are not changed.
            items: the values that the client has sent.
            active: whether the user of the links is active after the write, for `GrantLimits`.

        Raises:
            ScimError: 400 if a linked resource does not exist, has another type than was sent, or
                has reached its limit of holders.
        """
        change = LinkChange(attribute)
        if not items and not held:
            return change
        known = {linked.value: linked for linked in held}
        values = [_value(attribute, item) for item in items]
        unknown = {value for value in values if value not in known}
        targets = await tx.targets(tenant, unknown) if unknown else {}
        kept = change.kept
        before = {linked.key: linked.primary for linked in held}
        for value, item in zip(values, items, strict=True):
            if value in known:
                target: Linked | Target = self._resolve(attribute, value, item, [known[value]])
            else:
                target = self._resolve(attribute, value, item, targets.get(value, []))
            if target.key not in before and target.key not in kept:
                change.granted.append(Grant(value, target.type, target.display))
            kept[target.key] = kept.get(target.key, False) or is_primary(item)
            change.named[target.key] = target
        change.added = {key: primary for key, primary in kept.items() if before.get(key) != primary}
        removed = [one for one in held if one.key not in kept]
        change.removed = [one.key for one in removed]
        change.revoked = [Grant(one.value, one.type, one.display) for one in removed]
        new = change.added.keys() - before.keys()
        granted = [one for one in chain.from_iterable(targets.values()) if one.key in new]
        await self.limits.check_granted(tx, tenant, attribute, granted, active=active)
        return change

    def _resolve(
        self, attribute: Attribute, value: str, item: Any, candidates: Sequence[AnyTarget]
    ) -> AnyTarget:
        """Return the resource that a value refers to, and check the type if the client sent one.

        Args:
            attribute: the link attribute.
            value: the `value` of the link.
            item: the link as sent.
            candidates: the resources with this id or `reference`.
        """
        kinds = LINKED_KINDS[attribute.link or "groups"]
        known = [one for one in candidates if one.type in self.trees]
        fitting = [one for one in known if self.trees[one.type].resource_type.kind in kinds]
        if not fitting:
            what = " or ".join(kinds)
            raise invalid_value(
                f"{attribute}: there is no {what} with the value {value!r}."
                " Create or import it first."
            )
        given = item.get("type") if is_object(item) else None
        if given is None or (attribute.link == "roles" and given == _ENTRA_ROLE_TYPE):
            return fitting[0]
        for one in fitting:
            if str(given).casefold() == one.type.casefold():
                return one
        # In the IETF draft, `type` is any text of the service provider, so it is not compared.
        if self.trees[fitting[0].type].resource_type.dialect == "ietf":
            return fitting[0]
        raise invalid_value(f"{attribute}: {value!r} is a {fitting[0].type}, not a {given}.")


def _value(attribute: Attribute, item: Any) -> str:
    """Return the `value` of a link as a client has sent it."""
    value = item.get("value") if is_object(item) else item
    if not isinstance(value, str) or not value:
        raise invalid_value(f"{attribute}: each value needs a member value, the id of a resource.")
    if attribute.link == "roles" and value.startswith("{"):
        return _from_json(attribute, value)
    return value


def _from_json(attribute: Attribute, text: str) -> str:
    """Return the `value` of a role that Entra sends as JSON in a string."""
    try:
        role = json.loads(text)
    except ValueError:
        return text
    if not is_object(role) or not isinstance(role.get("value"), str):
        raise no_value(attribute)
    return str(role["value"])


def no_value(attribute: Attribute) -> ScimError:
    """Return the error 400 for a role in JSON without a `value`."""
    return invalid_value(f"{attribute}: the JSON object in value has no member value.")
