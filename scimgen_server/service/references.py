"""Links between resources: members, roles and entitlements are other resources, and both sides always agree.

A grant names its value; what it shows of it (`display`, `type`, `$ref`) is the value's own, so that a renamed
entitlement is renamed everywhere.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, TypeVar
from urllib.parse import quote

from ..events.changes import Grant
from ..messages.documents import Document, dump, is_object, load_stored
from ..messages.errors import ScimError, invalid_value
from ..ports.resources import Linked, Reads, Target, Transaction
from ..schema.attributes import LINKED_KINDS, Attribute, Tree

_RENDERED = 8192
_ENTRA_ROLE_TYPE = "WindowsAzureActiveDirectoryRole"
"""What Entra writes as the type of every role."""

_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]*").fullmatch

AnyTarget = TypeVar("AnyTarget", Linked, Target)


def quoted_ids(ids: Sequence[str]) -> Sequence[str]:
    """Ids as a URL writes them; most need no escape, so a page of them is looked at as one text."""
    return ids if _UNRESERVED("".join(ids)) else [quote(one, safe="") for one in ids]


@dataclass
class LinkChange:
    """What a write changes about one link attribute of a resource.

    Args:
        kept: what is linked afterwards, and whether as the primary one, of all that the write has looked at.
        named: the same, by what it leads to.
    """

    attribute: Attribute
    added: dict[int, bool] = field(default_factory=dict[int, bool])
    removed: list[int] = field(default_factory=list[int])
    granted: list[Grant] = field(default_factory=list[Grant])
    revoked: list[Grant] = field(default_factory=list[Grant])
    kept: dict[int, bool] = field(default_factory=dict[int, bool])
    named: dict[int, Linked | Target] = field(default_factory=dict[int, Linked | Target])

    def __bool__(self) -> bool:
        return bool(self.added or self.removed)

    def linked(self) -> list[Linked]:
        """What is kept, as it is shown."""
        link = self.attribute.link or "groups"
        return [
            Linked(
                link, key, one.value, one.type, one.id, one.display, self.kept[key], label=one.label
            )
            for key, one in self.named.items()
        ]


class References:
    """Reads, checks and shows the links of the server's resource types."""

    def __init__(self, trees: Sequence[Tree]) -> None:
        self.trees = {tree.name: tree for tree in trees}
        self._rendered = lru_cache(maxsize=_RENDERED)(self._write)

    def location(self, base: str, type_name: str, resource_id: str) -> str:
        """Where a resource is (RFC 7643 section 3.1)."""
        return (
            f"{base}{self.trees[type_name].resource_type.endpoint}/{quoted_ids([resource_id])[0]}"
        )

    def show(self, attribute: Attribute, linked: Sequence[Linked], base: str) -> list[Document]:
        """The values of a link as the resource shows them."""
        return [self._shown(attribute, one, base) for one in linked]

    def render(self, tree: Tree, linked: Sequence[Linked], base: str) -> str:
        """All links of a resource as members of its JSON; what many resources show is written once."""
        members: dict[str, list[str]] = {}
        for one in linked:
            attribute = tree.by_link.get(one.link)
            if attribute and one.type in self.trees:
                members.setdefault(attribute.name, []).append(self._rendered(attribute, one, base))
        return "".join([f'"{name}":[{",".join(values)}],' for name, values in members.items()])

    def _write(self, attribute: Attribute, linked: Linked, base: str) -> str:
        return dump(self._shown(attribute, linked, base)).decode()

    def knows(self, linked: Linked) -> bool:
        """Whether the description still has the type of what is linked."""
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
        """What a link shows as its type: in the draft's dialect the value's own `type`, or none."""
        if attribute.link == "groups":
            return "direct" if linked.direct else "indirect"
        return (
            linked.label if self.trees[linked.type].resource_type.dialect == "ietf" else linked.type
        )

    async def changes(
        self,
        tx: Transaction,
        tenant: str,
        attribute: Attribute,
        held: Sequence[Linked],
        items: Sequence[Any],
    ) -> LinkChange:
        """The difference between the links held and those that a client wants, which must exist.

        Args:
            held: the links that were read; others that the resource has are left alone.
        """
        change = LinkChange(attribute)
        if not items and not held:
            return change
        known = {linked.value: linked for linked in held}
        wanted = [(_value(attribute, item), item) for item in items]
        unknown = {value for value, _ in wanted if value not in known}
        targets = await tx.targets(tenant, unknown) if unknown else {}
        kept = change.kept
        before = {linked.key: linked.primary for linked in held}
        for value, item in wanted:
            if value in known:
                target: Linked | Target = self._meant(attribute, value, item, [known[value]])
            else:
                target = self._meant(attribute, value, item, targets.get(value, []))
            if target.key not in before and target.key not in kept:
                change.granted.append(Grant(value, target.type, target.display))
            kept[target.key] = kept.get(target.key, False) or (
                is_object(item) and item.get("primary") is True
            )
            change.named[target.key] = target
        change.added = {key: primary for key, primary in kept.items() if before.get(key) != primary}
        change.removed = [key for key in before if key not in kept]
        change.revoked = [
            Grant(one.value, one.type, one.display) for one in held if one.key not in kept
        ]
        await self._check_limits(
            tx, tenant, attribute, [key for key in change.added if key not in before], targets
        )
        return change

    def _meant(
        self, attribute: Attribute, value: str, item: Any, candidates: Sequence[AnyTarget]
    ) -> AnyTarget:
        """The one resource that a value means; its type, where the client sends one, must be right."""
        kinds = LINKED_KINDS[attribute.link or "groups"]
        known = [one for one in candidates if one.type in self.trees]
        fitting = [one for one in known if self.trees[one.type].resource_type.kind in kinds]
        if not fitting:
            what = " or ".join(kinds)
            raise invalid_value(
                f"{attribute}: there is no {what} with the value {value!r}. Create or import it first."
            )
        given = item.get("type") if is_object(item) else None
        if given is None or (attribute.link == "roles" and given == _ENTRA_ROLE_TYPE):
            return fitting[0]
        for one in fitting:
            if str(given).casefold() == one.type.casefold():
                return one
        if self.trees[fitting[0].type].resource_type.dialect == "ietf":
            return fitting[0]  # the draft leaves `type` to the service provider's own words
        raise invalid_value(f"{attribute}: {value!r} is a {fitting[0].type}, not a {given}.")

    async def _check_limits(
        self,
        tx: Transaction,
        tenant: str,
        attribute: Attribute,
        added: Sequence[int],
        targets: Mapping[str, Sequence[Target]],
    ) -> None:
        """No more holders than the description allows, nor than a value of the draft's dialect says itself."""
        by_key = {target.key: target for found in targets.values() for target in found}
        for key in added:
            target = by_key.get(key)
            if target is None or attribute.link is None or attribute.link == "members":
                continue
            limit = await self._limit(tx, tenant, target)
            if limit is None:
                continue
            held = (await tx.counts(tenant, attribute.link, [key]))[key]
            if held >= limit:
                raise invalid_value(
                    f"{attribute}: {target.id!r} has all the {limit} holders that it may have."
                )

    async def _limit(self, tx: Reads, tenant: str, target: Target) -> int | None:
        resource_type = self.trees[target.type].resource_type
        if resource_type.dialect != "ietf":
            return resource_type.limit
        stored = await tx.get(tenant, target.type, target.id)
        permitted = load_stored(stored.body).get("totalAssignmentsPermitted") if stored else None
        limits = [
            limit
            for limit in (resource_type.limit, permitted)
            if isinstance(limit, int) and limit > 0
        ]
        return min(limits, default=None)


def _value(attribute: Attribute, item: Any) -> str:
    value = item.get("value") if is_object(item) else item
    if not isinstance(value, str) or not value:
        raise invalid_value(f"{attribute}: each needs the value (the id) of what it names.")
    if attribute.link == "roles" and value.startswith("{"):
        return _from_json(attribute, value)
    return value


def _from_json(attribute: Attribute, text: str) -> str:
    """Entra may send a role as JSON in a string; its own `value` is the one that counts."""
    try:
        role = json.loads(text)
    except ValueError:
        return text
    if not is_object(role) or not isinstance(role.get("value"), str):
        raise no_value(attribute)
    return str(role["value"])


def no_value(attribute: Attribute) -> ScimError:
    return invalid_value(f"{attribute}: the JSON object in value has no value of its own.")
