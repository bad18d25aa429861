# Emitted by scimgen from crm.scim.yaml: edit that and run `scimgen generate`, not this file.
"""The tables: the same for every description, so that a changed description never needs a migration of them.

Every key begins with the tenant. Folded values are text and compare byte by byte: BINARY here,
COLLATE "C" elsewhere.
"""

LAYOUT = 1
"""The version of this layout, kept in the database; a newer one is refused, an older one migrated."""

TABLES = """
CREATE TABLE resources (             -- key: the store's own, in order of creation
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant TEXT NOT NULL,
    type TEXT NOT NULL,
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    created TEXT NOT NULL,
    modified TEXT NOT NULL,
    display TEXT NOT NULL,
    reference TEXT,                  -- the value of links to it, where that is not the id
    body BLOB NOT NULL,              -- as a client reads it, without links and meta
    whole BLOB,                      -- with what is hidden from clients
    folded TEXT NOT NULL             -- as filters compare it
);
CREATE UNIQUE INDEX resources_id ON resources (tenant, id);
CREATE INDEX resources_type ON resources (tenant, type, key);
CREATE INDEX resources_modified ON resources (tenant, type, modified);
CREATE INDEX resources_reference ON resources (tenant, reference) WHERE reference IS NOT NULL;

CREATE TABLE attribute_values (      -- folded values of indexed attributes
    tenant TEXT NOT NULL,
    type TEXT NOT NULL,
    attribute TEXT NOT NULL,
    value TEXT NOT NULL,
    key INTEGER NOT NULL,
    PRIMARY KEY (tenant, type, attribute, value, key)
) WITHOUT ROWID;

CREATE TABLE unique_values (         -- scope: the type, or '' for all types
    tenant TEXT NOT NULL,
    scope TEXT NOT NULL,
    attribute TEXT NOT NULL,
    value TEXT NOT NULL,
    key INTEGER NOT NULL,
    PRIMARY KEY (tenant, scope, attribute, value)
) WITHOUT ROWID;

CREATE TABLE links (                 -- memberships and grants
    tenant TEXT NOT NULL,
    source INTEGER NOT NULL,         -- the group, the user
    link TEXT NOT NULL,              -- members, roles, entitlements
    target INTEGER NOT NULL,         -- the member, the role, the entitlement
    is_primary INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant, source, link, target)
) WITHOUT ROWID;
CREATE INDEX links_target ON links (tenant, target, link, source);

CREATE TABLE totals (                -- how many resources there are, so that no list counts them
    tenant TEXT NOT NULL,
    type TEXT NOT NULL,
    total INTEGER NOT NULL,
    PRIMARY KEY (tenant, type)
) WITHOUT ROWID;

CREATE TABLE layouts (               -- the layout under which the resources of a type were laid down
    tenant TEXT NOT NULL,
    type TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    PRIMARY KEY (tenant, type)
) WITHOUT ROWID;

CREATE TABLE seeds (                 -- what was seeded once, so that what a client deletes stays deleted
    tenant TEXT NOT NULL,
    type TEXT NOT NULL,
    id TEXT NOT NULL,
    PRIMARY KEY (tenant, type, id)
) WITHOUT ROWID;
"""
