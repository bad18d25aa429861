"""Resources on their way out: the stored bytes with links and `meta` spliced in, decoded only for a projection."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeAlias

from ..messages.documents import Document, dump, load_stored, quoted
from ..ports.resources import Linked, Reads, Stored
from ..schema.attributes import Link, Tree
from ..schema.projection import Projection
from .references import References, quoted_ids

_KEPT_BASES = 256
"""Types times the names by which clients know the server; they choose those by `Host`, hence a bound."""


Counted: TypeAlias = tuple[str, int]
"""The attribute that tells how many hold a value, and how many do."""


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

    async def one(
        self,
        reads: Reads,
        tenant: str,
        stored: Stored,
        projection: Projection,
        base: str,
        linked: Sequence[Linked] | None = None,
    ) -> bytes:
        """One resource; its links are read where they are not known."""
        if linked is None:
            links = (
                await reads.links(tenant, [stored.key], projection.links)
                if projection.links
                else {}
            )
            linked = links.get(stored.key, ())
        counts = (
            await _counts(reads, tenant, [stored], {stored.type: projection})
            if projection.tree.counted
            else {}
        )
        return self._written(stored, linked, counts.get(stored.key), projection, base)

    async def page(
        self,
        reads: Reads,
        tenant: str,
        found: Sequence[Stored],
        projections: dict[str, Projection],
        base: str,
    ) -> list[bytes]:
        """Resources of one or several types, with their links read at once."""
        wanted: set[Link] = {
            link for projection in projections.values() for link in projection.links
        }
        linking = [stored.key for stored in found if projections[stored.type].tree.links]
        links = await reads.links(tenant, linking, wanted) if wanted and linking else {}
        counts = await _counts(reads, tenant, found, projections)
        written: dict[
            tuple[str, int], str
        ] = {}  # by what many share: their type, and the list of their links
        nothing: Sequence[Linked] = ()
        page: list[bytes] = []
        for one, quoted_id in zip(found, quoted_ids([one.id for one in found]), strict=True):
            key, type_name, _, version, created, modified, body, _ = one
            linked, projection = links.get(key, nothing), projections[type_name]
            if counts or not projection.is_default:
                page.append(self._written(one, linked, counts.get(key), projection, base))
                continue
            shared = type_name, id(linked)
            between = written.get(shared)
            if between is None:
                between = written[shared] = self._between(type_name, linked, None, base)
            page.append(_spliced(body, between, quoted_id, created, modified, version))
        return page

    def _written(
        self,
        stored: Stored,
        linked: Sequence[Linked],
        counted: Counted | None,
        projection: Projection,
        base: str,
    ) -> bytes:
        if not projection.is_default:
            return self._projected(stored, linked, counted, projection, base)
        between = self._between(stored.type, linked, counted, base)
        (quoted_id,) = quoted_ids([stored.id])
        return _spliced(
            stored.body, between, quoted_id, stored.created, stored.modified, stored.version
        )

    def _between(
        self, type_name: str, linked: Sequence[Linked], counted: Counted | None, base: str
    ) -> str:
        """What stands between the body and the id, with which the location ends."""
        links = self.references.render(self.references.trees[type_name], linked, base)
        number = f'"{counted[0]}":{counted[1]},' if counted else ""
        return f',{links}{number}"meta":{self._meta_head(type_name, base)}'

    def _projected(
        self,
        stored: Stored,
        linked: Sequence[Linked],
        counted: Counted | None,
        projection: Projection,
        base: str,
    ) -> bytes:
        document = load_stored(stored.whole or stored.body)
        document.update(self.links(linked, projection.tree, base))
        if counted:
            document[counted[0]] = counted[1]
        document["meta"] = {
            "resourceType": stored.type,
            "location": self.location(stored, base),
            "created": stored.created,
            "lastModified": stored.modified,
            "version": etag(stored),
        }
        return dump(projection.apply(document))

    def links(self, linked: Sequence[Linked], tree: Tree, base: str) -> dict[str, list[Document]]:
        """The link attributes that have values."""
        shown: dict[str, list[Any]] = {}
        for attribute in tree.links:
            values = [
                one for one in linked if one.link == attribute.link and self.references.knows(one)
            ]
            if values:
                shown[attribute.name] = self.references.show(attribute, values, base)
        return shown

    def _write_meta_head(self, type_name: str, base: str) -> str:
        """What is the same for all resources of a type: up to the id, with which the location ends."""
        location = quoted(self.references.location(base, type_name, ""))
        return f'{{"resourceType":{quoted(type_name)},"location":{location[:-1]}'


async def _counts(
    reads: Reads, tenant: str, found: Sequence[Stored], projections: Mapping[str, Projection]
) -> dict[int, Counted]:
    """How many hold each value now, by its key, where a value tells it."""
    counts: dict[int, Counted] = {}
    for name, projection in projections.items():
        counted, kind = projection.tree.counted, projection.tree.resource_type.kind
        if counted is None or not projection.returns(counted):
            continue
        keys = [one.key for one in found if one.type == name]
        used = (
            await reads.counts(tenant, "roles" if kind == "role" else "entitlements", keys)
            if keys
            else {}
        )
        counts.update({key: (counted.name, used[key]) for key in keys})
    return counts


def _spliced(
    body: bytes, between: str, quoted_id: str, created: str, modified: str, version: int
) -> bytes:
    """With `meta` (RFC 7643 section 3.1): a quoted id needs no escape in JSON, the rest is the server's own."""
    rest = f'{between}{quoted_id}","created":"{created}","lastModified":"{modified}","version":"W/\\"{version}\\""}}}}'
    return body[:-1] + rest.encode()
