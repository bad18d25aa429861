"""The tables of the SQL store. They do not depend on the description of the app.

Every key begins with the tenant, so that PostgreSQL can partition the tables by tenant. Folded
values are texts, and the database compares them byte by byte.
"""

from collections.abc import Iterator

from .counters import triggers
from .dialect import Dialect

LAYOUT = 6
"""The version of these tables, stored in the database.

A server migrates an older layout and refuses a newer one.
"""

RESOURCES = """
CREATE TABLE resources (             -- key: internal, in the order of creation
    key {key},
    tenant {text} NOT NULL,
    type {text} NOT NULL,
    id {text} NOT NULL,
    version BIGINT NOT NULL,
    created {text} NOT NULL,
    modified {text} NOT NULL,
    display {text} NOT NULL,
    reference {text},                -- the value of links to it, if not the id
    body {bytes} NOT NULL,           -- JSON for clients, without links and meta
    whole {bytes},                   -- JSON with the attributes that body omits
    folded {text} NOT NULL{identity} -- JSON with the values that filters compare
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
CREATE TABLE totals (                -- counters, so that a list does not count rows
    tenant {text} NOT NULL,
    type {text} NOT NULL,            -- or the name of a counter, see counters.py
    shard INTEGER NOT NULL,          -- the total is the sum of all shards
    total BIGINT NOT NULL,
    deleted BIGINT NOT NULL,         -- deletions so far: each moves the pages
    PRIMARY KEY (tenant, type, shard)
){clustered};
"""

KEEPING = """
CREATE TABLE layouts (               -- the schema that the index rows of a type follow
    tenant {text} NOT NULL,
    type {text} NOT NULL,
    fingerprint {text} NOT NULL,
    PRIMARY KEY (tenant, type)
){clustered};

CREATE TABLE seeds (                 -- seeded resources: a deleted one is not seeded again
    tenant {text} NOT NULL,
    type {text} NOT NULL,
    id {text} NOT NULL,
    PRIMARY KEY (tenant, type, id)
){clustered};
"""

OPERATIONS = """
CREATE TABLE tokens (                -- credentials; only the hash of a secret is stored
    id {text} NOT NULL,
    tenant {text} NOT NULL,
    name {text} NOT NULL,            -- shown to operators and in the audit trail
    hash {text} NOT NULL,
    kind {text} NOT NULL,            -- bearer, client or access, see `Token`
    scopes {text} NOT NULL,          -- separated by spaces
    created {text} NOT NULL,
    expires {text},
    revoked {text},
    PRIMARY KEY (id)
){clustered};
CREATE UNIQUE INDEX tokens_hash ON tokens (hash);

CREATE TABLE audit (                 -- changes; the only values in it are grants
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

CREATE TABLE outbox (                -- events to deliver, deleted after delivery
    position {counter},
    tenant {text} NOT NULL,
    consumer {text} NOT NULL,        -- hooks, webhook
    subject {text} NOT NULL,         -- the resource; its events are delivered in order
    event {text} NOT NULL,           -- JSON
    time {text} NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    due {text} NOT NULL,             -- the earliest time of the next attempt
    error {text},
    dead INTEGER NOT NULL DEFAULT 0  -- 1: given up, until it is replayed; 2: waits behind such one
);

CREATE TABLE leases (                -- tasks that one process does at a time
    name {text} NOT NULL,
    holder {text} NOT NULL,
    until {text} NOT NULL,
    PRIMARY KEY (name)
){clustered};
"""

SUBJECTS = """
CREATE INDEX outbox_subject ON outbox (tenant, consumer, subject, position);
"""
"""The events of a subject, in order."""

QUEUES = """
CREATE INDEX outbox_due ON outbox (due, position) WHERE dead = 0;
CREATE INDEX outbox_dead ON outbox (position) WHERE dead = 1;
CREATE INDEX tokens_expires ON tokens (expires) WHERE kind = 'access';
CREATE INDEX tokens_tenant ON tokens (tenant, kind, name);
"""
"""Indexes for the rows that are next, so that no request reads the others."""

PARTITIONED = ("resources", "attribute_values", "unique_values", "links")
"""The tables that grow with the users. PostgreSQL can partition them by tenant."""


def statements(text: str, dialect: Dialect) -> Iterator[str]:
    """Yield the statements of a part of the layout, in the SQL of a database."""
    for statement in text.format_map(dialect.types).split(";\n"):
        if statement.strip():
            yield statement


def everything(dialect: Dialect, partitions: int = 0) -> Iterator[str]:
    """Yield the statements that create all tables.

    Args:
        dialect: the dialect of the database.
        partitions: how many partitions by tenant the tables get in PostgreSQL, 0 for none.
    """
    for statement in statements(
        RESOURCES + LINKS + TOTALS + KEEPING + OPERATIONS + SUBJECTS + QUEUES, dialect
    ):
        table = statement.partition("CREATE TABLE ")[2].partition(" ")[0]
        if not partitions or table not in PARTITIONED:
            yield statement
            continue
        yield f"{statement} PARTITION BY HASH (tenant)"
        for part in range(partitions):
            values = f"FOR VALUES WITH (MODULUS {partitions}, REMAINDER {part})"
            yield f"CREATE TABLE {table}_{part} PARTITION OF {table} {values}"
    yield from triggers(dialect.counter_triggers, dialect.shard)
