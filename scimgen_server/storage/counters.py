"""Counters in the table `totals`: holders of roles and entitlements, resources by boolean value.

Triggers update the counters, so they are correct for every statement that changes the tables.
Inserts are counted row by row. One DELETE can remove 50,000 rows, so PostgreSQL counts deletions
once for each statement: every update of a counter makes the next one in its transaction slower.
"""

from collections.abc import Iterator

from ..schema.attributes import Link

_COUNTED = (
    ("links", "link <> 'members'", ("link", "target")),
    ("attribute_values", "value IN ('true', 'false')", ("type", "attribute", "value")),
)
"""Each counted table, the condition for rows that are counted, and the columns to group them by.

`attribute_values` has one row for each resource and value, so its booleans are counted there.
"""

SQLITE = """
CREATE TRIGGER {table}_added AFTER INSERT ON {table} WHEN NEW.{which} BEGIN
    INSERT INTO totals VALUES (NEW.tenant, {new}, 0, 1, 0)
    ON CONFLICT (tenant, type, shard) DO UPDATE SET total = total + 1; END;
CREATE TRIGGER {table}_removed AFTER DELETE ON {table} WHEN OLD.{which} BEGIN
    UPDATE totals SET total = total - 1
    WHERE tenant = OLD.tenant AND type = {old} AND shard = 0; END;
"""

POSTGRES = """
CREATE FUNCTION {table}_added() RETURNS trigger
    LANGUAGE plpgsql SET search_path FROM CURRENT AS $$ BEGIN
    INSERT INTO totals VALUES (NEW.tenant, {new}, {shard}, 1, 0)
    ON CONFLICT (tenant, type, shard) DO UPDATE SET total = totals.total + 1; RETURN NULL; END $$;
CREATE FUNCTION {table}_removed() RETURNS trigger
    LANGUAGE plpgsql SET search_path FROM CURRENT AS $$ BEGIN
    INSERT INTO totals SELECT tenant, {name}, {shard}, -count(*), 0 FROM gone WHERE {which}
    GROUP BY 1, 2 ORDER BY 1, 2
    ON CONFLICT (tenant, type, shard)
    DO UPDATE SET total = totals.total + excluded.total; RETURN NULL; END $$;
CREATE TRIGGER added AFTER INSERT ON {table}
    FOR EACH ROW WHEN (NEW.{which}) EXECUTE FUNCTION {table}_added();
CREATE TRIGGER removed AFTER DELETE ON {table}
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION {table}_removed();
"""


def held_total(link: Link, target: int) -> str:
    """Return the name in `totals` for the number of holders of a role or entitlement.

    It cannot equal the name of a resource type, which has no slash.
    """
    return f"{link}/{target}"


def equal_total(type_name: str, attribute: str, boolean: str) -> str:
    """Return the name in `totals` for the number of resources with a boolean attribute's value.

    Args:
        boolean: `true` or `false`.
    """
    return f"{type_name}/{attribute}/{boolean}"


def triggers(template: str, shard: str) -> Iterator[str]:
    """Yield the statements that create the triggers.

    Args:
        template: `SQLITE` or `POSTGRES`.
        shard: see `Dialect.shard`.
    """
    for table, which, columns in _COUNTED:
        names = {
            "name": _name(columns),
            "new": _name(columns, "NEW."),
            "old": _name(columns, "OLD."),
        }
        text = template.format(table=table, which=which, shard=shard, **names)
        # A statement ends with a line. Inside a trigger, a semicolon is never at the end of a line.
        yield from text.strip().removesuffix(";").split(";\n")


def count_all() -> Iterator[str]:
    """Yield the statements that count the existing rows."""
    for table, which, columns in _COUNTED:
        counted = f"SELECT tenant, {_name(columns)}, 0, count(*), 0 FROM {table} WHERE {which}"
        yield f"INSERT INTO totals {counted} GROUP BY 1, 2"


def _name(columns: tuple[str, ...], row: str = "") -> str:
    """Return the SQL expression for the name of a row's counter in `totals`."""
    return " || '/' || ".join(row + column for column in columns)
