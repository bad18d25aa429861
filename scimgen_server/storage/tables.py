"""The tables: the same for every description, so that a changed description never needs a migration of them.

Every key begins with the tenant, so that they can be spread by it. Folded values are text and compare byte by byte.
"""

from collections.abc import Iterator

from .counters import triggers
from .dialect import Dialect

LAYOUT = 4
"""The version of this layout, kept in the database; a newer one is refused, an older one migrated."""

RESOURCES = """
CREATE TABLE resources (             -- key: the store's own, in order of creation
    key {key},
    tenant {text} NOT NULL,
    type {text} NOT NULL,
    id {text} NOT NULL,
    version BIGINT NOT NULL,
    created {text} NOT NULL,
    modified {text} NOT NULL,
    display {text} NOT NULL,
    reference {text},                -- the value of links to it, where that is not the id
    body {bytes} NOT NULL,           -- as a client reads it, without links and meta
    whole {bytes},                   -- with what is hidden from clients
    folded {text} NOT NULL{identity} -- as filters compare it
);
CREATE UNIQUE INDEX resources_id ON resources (tenant, id);
CREATE INDEX resources_type ON resources (tenant, type, key);
CREATE INDEX resources_modified ON resources (tenant, type, modified);
CREATE INDEX resources_reference ON resources (tenant, reference) WHERE reference IS NOT NULL;

CREATE TABLE attribute_values (      -- folded values of indexed attributes
    tenant {text} NOT NULL,
    type {text} NOT NULL,
    attribute {text} NOT NULL,
    value {text} NOT NULL,
    key BIGINT NOT NULL,
    PRIMARY KEY (tenant, type, attribute, value, key)
){clustered};

CREATE TABLE unique_values (         -- scope: the type, or '' for all types
    tenant {text} NOT NULL,
    scope {text} NOT NULL,
    attribute {text} NOT NULL,
    value {text} NOT NULL,
    key BIGINT NOT NULL,
    PRIMARY KEY (tenant, scope, attribute, value)
){clustered};
"""

LINKS = """
CREATE TABLE links (                 -- memberships and grants
    tenant {text} NOT NULL,
    link {text} NOT NULL,            -- members, roles, entitlements
    source BIGINT NOT NULL,          -- the group, the user
    target BIGINT NOT NULL,          -- the member, the role, the entitlement
    is_primary INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY ({by_source})
){clustered};
CREATE INDEX links_target ON links ({by_target});
"""

TOTALS = """
CREATE TABLE totals (                -- how many resources there are, so that no list counts them
    tenant {text} NOT NULL,
    type {text} NOT NULL,            -- or what else is counted, see `counting`
    shard INTEGER NOT NULL,          -- the total is the sum of all: one row would make the writers wait in line
    total BIGINT NOT NULL,
    deleted BIGINT NOT NULL,         -- how many there were besides, ever: what was deleted moves pages
    PRIMARY KEY (tenant, type, shard)
){clustered};
"""

KEEPING = """
CREATE TABLE layouts (               -- the layout under which the resources of a type were laid down
    tenant {text} NOT NULL,
    type {text} NOT NULL,
    fingerprint {text} NOT NULL,
    PRIMARY KEY (tenant, type)
){clustered};

CREATE TABLE seeds (                 -- what was seeded once, so that what a client deletes stays deleted
    tenant {text} NOT NULL,
    type {text} NOT NULL,
    id {text} NOT NULL,
    PRIMARY KEY (tenant, type, id)
){clustered};
"""

OPERATIONS = """
CREATE TABLE tokens (                -- who may ask: the hash of a secret, never the secret
    id {text} NOT NULL,
    tenant {text} NOT NULL,
    name {text} NOT NULL,            -- for people, and for the audit trail
    hash {text} NOT NULL,
    kind {text} NOT NULL,            -- bearer, client (of the token endpoint), access (given out by it)
    scopes {text} NOT NULL,          -- with spaces between
    created {text} NOT NULL,
    expires {text},
    revoked {text},
    PRIMARY KEY (id)
){clustered};
CREATE UNIQUE INDEX tokens_hash ON tokens (hash);

CREATE TABLE audit (                 -- who changed what, never a value of it but those of grants
    position {counter},
    tenant {text} NOT NULL,
    time {text} NOT NULL,
    actor {text} NOT NULL,
    request {text} NOT NULL,
    action {text} NOT NULL,
    type {text} NOT NULL,
    id {text} NOT NULL,
    detail {text} NOT NULL           -- JSON
);
CREATE INDEX audit_resource ON audit (tenant, id, position);

CREATE TABLE outbox (                -- what the app has still to be told; gone once it was
    position {counter},
    tenant {text} NOT NULL,
    consumer {text} NOT NULL,        -- hooks, webhook
    subject {text} NOT NULL,         -- the user: what concerns one is told in order
    event {text} NOT NULL,           -- JSON
    time {text} NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    due {text} NOT NULL,             -- not before
    error {text},
    dead INTEGER NOT NULL DEFAULT 0  -- given up, until somebody replays it
);
CREATE INDEX outbox_subject ON outbox (tenant, consumer, subject, position);

CREATE TABLE leases (                -- which process does what only one may do at a time
    name {text} NOT NULL,
    holder {text} NOT NULL,
    until {text} NOT NULL,
    PRIMARY KEY (name)
){clustered};
"""

PARTITIONED = ("resources", "attribute_values", "unique_values", "links")
"""The tables that grow with the users; PostgreSQL can spread them by tenant."""


def statements(text: str, dialect: Dialect) -> Iterator[str]:
    """The statements of a part of the layout, as a database writes them."""
    for statement in text.format_map(dialect.types).split(";\n"):
        if statement.strip():
            yield statement


def everything(dialect: Dialect, partitions: int = 0) -> Iterator[str]:
    """The statements that make all tables.

    Args:
        partitions: into how many parts PostgreSQL hashes the tenants, 0 for none.
    """
    for statement in statements(RESOURCES + LINKS + TOTALS + KEEPING + OPERATIONS, dialect):
        table = statement.partition("CREATE TABLE ")[2].partition(" ")[0]
        if not partitions or table not in PARTITIONED:
            yield statement
            continue
        yield f"{statement} PARTITION BY HASH (tenant)"
        for part in range(partitions):
            values = f"FOR VALUES WITH (MODULUS {partitions}, REMAINDER {part})"
            yield f"CREATE TABLE {table}_{part} PARTITION OF {table} {values}"
    yield from triggers(dialect.counting, dialect.shard)
