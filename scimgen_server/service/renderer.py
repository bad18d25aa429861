"""Renders resources: inserts links and `meta` into the stored bytes.

The stored JSON is decoded only if a projection changes it.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeAlias

from ..messages.documents import Document, dump, load_stored, quoted
from ..ports.resources import Linked, Reads, Stored
from ..schema.attributes import Link, Tree
from ..schema.projection import Projection
from .references import References, quoted_ids

_CACHED_HEADS = 256
"""How many heads of `meta` are cached: one for each type and base URL. Clients can send any `Host`,
so the cache needs a limit."""

HolderCount: TypeAlias = tuple[str, int]
"""The name of the attribute with the number of holders, and the number."""


def etag(stored: Stored) -> str:
    """Return the version of a resource for ETag and `meta.version` (RFC 7644 section 3.14)."""
    return f'W/"{stored.version}"'


class Renderer:
    """Renders resources as JSON."""

    def __init__(self, references: References) -> None:
        self.references = references
        self._meta_head = lru_cache(maxsize=_CACHED_HEADS)(self._write_meta_head)

    def location(self, stored: Stored, base: str) -> str:
        """Return the URL of a resource."""
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
        """Render one resource.

        Args:
            reads: the store or a transaction.
            tenant: the tenant.
            stored: the resource.
            projection: the attributes to return.
            base: the base URL.
            linked: its links; None to read them.
        """
        if linked is None and projection.links:
            links = await reads.links(tenant, [stored.key], projection.links)
            linked = links.get(stored.key)
        count: HolderCount | None = None
        if projection.tree.counted:
            counts = await _counts(reads, tenant, [stored], {stored.type: projection})
            count = counts.get(stored.key)
        return self._rendered(stored, linked or (), count, projection, base)

    async def page(
        self,
        reads: Reads,
        tenant: str,
        found: Sequence[Stored],
        projections: dict[str, Projection],
        base: str,
    ) -> list[bytes]:
        """Render a page of resources of one or several types.

        Args:
            reads: the store or a transaction.
            tenant: the tenant.
            found: the resources.
            projections: the attributes to return, by the name of the type.
            base: the base URL.
        """
        wanted = set[Link]().union(*(one.links for one in projections.values()))
        linking = [stored.key for stored in found if projections[stored.type].tree.links]
        links = await reads.links(tenant, linking, wanted) if wanted and linking else {}
        counts = await _counts(reads, tenant, found, projections)
        # Many resources of a page have the same links. The store then returns the same list, so the
        # text is rendered once for each type and list.
        texts: dict[tuple[str, int], str] = {}
        nothing: Sequence[Linked] = ()
        page: list[bytes] = []
        for one, quoted_id in zip(found, quoted_ids([one.id for one in found]), strict=True):
            key, type_name, _, version, created, modified, body, _ = one
            linked, projection = links.get(key, nothing), projections[type_name]
            if counts or not projection.is_default:
                page.append(self._rendered(one, linked, counts.get(key), projection, base))
                continue
            shared = type_name, id(linked)
            text = texts.get(shared)
            if text is None:
                text = texts[shared] = self._links_and_meta(type_name, linked, None, base)
            page.append(_joined(body, text, quoted_id, created, modified, version))
        return page

    def _rendered(
        self,
        stored: Stored,
        linked: Sequence[Linked],
        count: HolderCount | None,
        projection: Projection,
        base: str,
    ) -> bytes:
        if not projection.is_default:
            return self._projected(stored, linked, count, projection, base)
        text = self._links_and_meta(stored.type, linked, count, base)
        (quoted_id,) = quoted_ids([stored.id])
        return _joined(
            stored.body, text, quoted_id, stored.created, stored.modified, stored.version
        )

    def _links_and_meta(
        self, type_name: str, linked: Sequence[Linked], count: HolderCount | None, base: str
    ) -> str:
        """Return the JSON after the stored body, up to the id in `meta.location`."""
        links = self.references.render(self.references.trees[type_name], linked, base)
        number = f'"{count[0]}":{count[1]},' if count else ""
        return f',{links}{number}"meta":{self._meta_head(type_name, base)}'

    def _projected(
        self,
        stored: Stored,
        linked: Sequence[Linked],
        count: HolderCount | None,
        projection: Projection,
        base: str,
    ) -> bytes:
        document = load_stored(stored.whole or stored.body)
        document.update(self.links(linked, projection.tree, base))
        if count:
            name, holders = count
            document[name] = holders
        document["meta"] = {
            "resourceType": stored.type,
            "location": self.location(stored, base),
            "created": stored.created,
            "lastModified": stored.modified,
            "version": etag(stored),
        }
        return dump(projection.apply(document))

    def links(self, linked: Sequence[Linked], tree: Tree, base: str) -> dict[str, list[Document]]:
        """Return the link attributes that have values, by their names."""
        shown: dict[str, list[Any]] = {}
        known = [one for one in linked if self.references.knows(one)]
        for attribute in tree.links:
            values = [one for one in known if one.link == attribute.link]
            if values:
                shown[attribute.name] = self.references.show(attribute, values, base)
        return shown

    def _write_meta_head(self, type_name: str, base: str) -> str:
        """Return the beginning of `meta` up to the id in `location`, the same for all of a type."""
        location = quoted(self.references.location(base, type_name, ""))
        return f'{{"resourceType":{quoted(type_name)},"location":{location[:-1]}'


async def _counts(
    reads: Reads, tenant: str, found: Sequence[Stored], projections: Mapping[str, Projection]
) -> dict[int, HolderCount]:
    """Return the holders of roles and entitlements, by key, for types that show the number."""
    counts: dict[int, HolderCount] = {}
    for name, projection in projections.items():
        counted, kind = projection.tree.counted, projection.tree.resource_type.kind
        if counted is None or not projection.returns(counted):
            continue
        keys = [one.key for one in found if one.type == name]
        if not keys:
            continue
        link: Link = "roles" if kind == "role" else "entitlements"
        used = await reads.counts(tenant, link, keys)
        counts.update({key: (counted.name, used[key]) for key in keys})
    return counts


def _joined(
    body: bytes, text: str, quoted_id: str, created: str, modified: str, version: int
) -> bytes:
    """Return a resource with its links and `meta` (RFC 7643 section 3.1).

    Nothing needs an escape: an id that is quoted for a URL has no characters that JSON escapes, and
    the server has made the other values.
    """
    times = f'"created":"{created}","lastModified":"{modified}"'
    rest = f'{text}{quoted_id}",{times},"version":"W/\\"{version}\\""}}}}'
    return body[:-1] + rest.encode()
