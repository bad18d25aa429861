"""The modules that releases before `scimgen_server` emitted, and their new places.

`templates/moved/` has compatibility modules for those that were meant for the owner's files. For
the others, `scimgen generate` reports the new place.
"""

from collections.abc import Iterable
from functools import cache

from scimgen.data import folder

INTERNAL = {
    "commands.arguments": "commands.arguments",
    "commands.audit": "commands.audit",
    "commands.backup": "commands.backup",
    "commands.columns": "commands.columns",
    "commands.database": "commands.database",
    "commands.export": "commands.export",
    "commands.files": "commands.files",
    "commands.import_": "commands.import_",
    "commands.migrate": "commands.migrate",
    "commands.outbox": "commands.outbox",
    "commands.progress": "commands.progress",
    "commands.restore": "commands.restore",
    "commands.rows": "commands.rows",
    "commands.serve": "commands.serve",
    "commands.token": "commands.token",
    "scim.admission": "auth.middleware",
    "scim.attributes": "schema.attributes",
    "scim.authentication": "auth.authentication",
    "scim.bulk": "service.bulk",
    "scim.call": "messages.context",
    "scim.cursors": "messages.cursors",
    "scim.delivery": "events.delivery",
    "scim.discovery": "protocol.discovery",
    "scim.edits": "service.operations",
    "scim.endpoints": "protocol.handlers",
    "scim.filter_parser": "filters.parser",
    "scim.filters": "filters.nodes",
    "scim.folding": "schema.folding",
    "scim.forwarded": "auth.proxies",
    "scim.ids": "service.ids",
    "scim.importing": "service.importing",
    "scim.journal": "service.recorder",
    "scim.jwks": "auth.jwks",
    "scim.jwt_bearer": "auth.jwt_bearer",
    "scim.lists": "messages.lists",
    "scim.logs": "logs",
    "scim.me": "service.me",
    "scim.metrics": "operations.metrics",
    "scim.multi_valued": "patch.multi_valued",
    "scim.oauth": "auth.token_endpoint",
    "scim.opening": "service.startup",
    "scim.operations": "patch.operations",
    "scim.patch": "patch.apply",
    "scim.paths": "patch.paths",
    "scim.principal": "auth.principal",
    "scim.probes": "operations.probes",
    "scim.projection": "schema.projection",
    "scim.rate": "auth.rate",
    "scim.records": "schema.records",
    "scim.references": "service.references",
    "scim.relaying": "service.reindex",
    "scim.rendering": "service.renderer",
    "scim.resource_type": "schema.resource_type",
    "scim.resources": "schema.resources",
    "scim.seeding": "service.seeding",
    "scim.service": "service.service",
    "scim.tenancy": "auth.tenancy",
    "scim.trees": "schema.trees",
    "scim.values": "schema.values",
    "scim.webhook": "events.webhook",
    "scim.writes": "service.writer",
    "storage.audit": "storage.audit",
    "storage.backups": "storage.backups",
    "storage.bookmarks": "storage.page_anchors",
    "storage.changes": "storage.writes",
    "storage.counting": "storage.counters",
    "storage.dialect": "storage.dialect",
    "storage.duplicates": "storage.duplicates",
    "storage.indexes": "storage.indexes",
    "storage.leases": "storage.leases",
    "storage.lending": "storage.pool",
    "storage.links": "storage.links",
    "storage.loading": "storage.bulk_loading",
    "storage.migrations": "storage.migrations",
    "storage.outbox": "storage.outbox",
    "storage.own_changes": "storage.own_changes",
    "storage.own_databases": "storage.own_databases",
    "storage.own_writes": "storage.own_writes",
    "storage.query": "storage.query",
    "storage.schema": "storage.tables",
    "storage.statements": "storage.reads",
    "storage.tokens": "storage.tokens",
    "tests.databases": "testing.databases",
    "tests.examples": "testing.examples",
}
"""Old modules without a compatibility module, and the modules of the runtime that replace them."""


@cache
def compatible_modules() -> frozenset[str]:
    """The old modules that have a compatibility module, such as `scim.app`."""
    root = folder("templates") / "moved"
    found = [path.relative_to(root).as_posix() for path in root.rglob("*.py.jinja")]
    return frozenset(name.removesuffix(".py.jinja").replace("/", ".") for name in found)


def has_compatibility_modules(paths: Iterable[str]) -> bool:
    """Whether one of the emitted files is a compatibility module.

    Args:
        paths: the paths of the files in the project.
    """
    names = {f"{name.replace('.', '/')}.py" for name in compatible_modules()}
    return any(path.partition("/")[2] in names for path in paths)
