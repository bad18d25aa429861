"""Resources on their way out: the stored bytes with links and `meta` spliced in, decoded only for a projection."""

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from ..storage.interface import Linked, Reads, Stored
from .attributes import Link, Tree
from .messages import Document, dump, quoted
from .projection import Projection
from .references import References, quoted_id

_KEPT_BASES = 256
"""Types times the names by which clients know the server; they choose those by `Host`, hence a bound."""


def etag(stored: Stored) -> str:
    """The version as ETag and `meta.version` write it (RFC 7644 section 3.14)."""
    return f'W/"{stored.version}"'


class Renderer:
    """Writes resources as clients read them."""

    def __init__(self, references: References) -> None:
        self.references = references
        self._meta_head = lru_cache(maxsize=_KEPT_BASES)(self._write_meta_head)

    def location(self, stored: Stored, base: str) -> str:
        """Where the resource is."""
        return self.references.location(base, stored.type, stored.id)

    async def one(self, reads: Reads, tenant: str, stored: Stored, projection: Projection, base: str) -> bytes:
        """One resource."""
        return (await self.page(reads, tenant, [stored], {stored.type: projection}, base))[0]

    async def page(
        self, reads: Reads, tenant: str, found: Sequence[Stored], projections: dict[str, Projection], base: str
    ) -> list[bytes]:
        """Resources of one or several types, with their links read at once."""
        wanted: set[Link] = {link for projection in projections.values() for link in projection.links}
        linking = [stored.key for stored in found if projections[stored.type].tree.links]
        links = await reads.links(tenant, linking, wanted) if wanted and linking else {}
        counts = [await self._counts(reads, tenant, one, projections[one.type]) for one in found]
        return [
            self._resource(one, links.get(one.key, []), counted, projections[one.type], base)
            for one, counted in zip(found, counts, strict=True)
        ]

    async def _counts(self, reads: Reads, tenant: str, stored: Stored, projection: Projection) -> dict[str, int]:
        """How many hold a value now, under the attribute that tells it."""
        counted, kind = projection.tree.counted, projection.tree.resource_type.kind
        if counted is None or not projection.returns(counted):
            return {}
        return {counted.name: await reads.holders(tenant, "roles" if kind == "role" else "entitlements", stored.key)}

    def _resource(
        self, stored: Stored, linked: list[Linked], counts: dict[str, int], projection: Projection, base: str
    ) -> bytes:
        if projection.is_default:
            return self._spliced(stored, linked, counts, projection.tree, base)
        document: Document = json.loads(stored.whole or stored.body)
        document.update(self.links(linked, projection.tree, base))
        document.update(counts)
        document["meta"] = json.loads(self._meta(stored, base))
        return dump(projection.apply(document))

    def links(self, linked: Sequence[Linked], tree: Tree, base: str) -> dict[str, list[Document]]:
        """The link attributes that have values."""
        shown: dict[str, list[Any]] = {}
        for attribute in tree.links:
            values = [one for one in linked if one.link == attribute.link and self.references.knows(one)]
            if values:
                shown[attribute.name] = self.references.show(attribute, values, base)
        return shown

    def _spliced(self, stored: Stored, linked: list[Linked], counts: dict[str, int], tree: Tree, base: str) -> bytes:
        links = self.references.render(tree, linked, base) if linked else ""
        counted = "".join(f'"{name}":{count},' for name, count in counts.items())
        return b"%b,%b}" % (stored.body[:-1], f'{links}{counted}"meta":{self._meta(stored, base)}'.encode())

    def _meta(self, stored: Stored, base: str) -> str:
        """RFC 7643 section 3.1; a quoted id needs no escape in JSON, the rest is the server's own."""
        return (
            f'{self._meta_head(stored.type, base)}{quoted_id(stored.id)}","created":"{stored.created}",'
            f'"lastModified":"{stored.modified}","version":"W/\\"{stored.version}\\""}}'
        )

    def _write_meta_head(self, type_name: str, base: str) -> str:
        """What is the same for all resources of a type: up to the id, with which the location ends."""
        location = quoted(self.references.location(base, type_name, ""))
        return f'{{"resourceType":{quoted(type_name)},"location":{location[:-1]}'
