"""What would have to be counted is kept in `totals` too: how many hold a role or entitlement, how many are `active`.

Triggers keep it, so that it is right whoever writes, and however much at once. What comes is counted row by row. What
leaves may be 50,000 rows of one statement: PostgreSQL counts these together, since each change of a total within one
transaction makes the next one dearer.
"""

from collections.abc import Iterator

from ..schema.attributes import Link

_COUNTED = (
    ("links", "link <> 'members'", ("link", "target")),
    ("attribute_values", "value IN ('true', 'false')", ("type", "attribute", "value")),
)
"""A table, which of its rows are counted, and what is the same in those that are counted together."""

SQLITE = """
CREATE TRIGGER {table}_added AFTER INSERT ON {table} WHEN NEW.{which} BEGIN
    INSERT INTO totals VALUES (NEW.tenant, {new}, 0, 1, 0)
    ON CONFLICT (tenant, type, shard) DO UPDATE SET total = total + 1; END;
CREATE TRIGGER {table}_removed AFTER DELETE ON {table} WHEN OLD.{which} BEGIN
    UPDATE totals SET total = total - 1 WHERE tenant = OLD.tenant AND type = {old} AND shard = 0; END;
"""

POSTGRES = """
CREATE FUNCTION {table}_added() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$ BEGIN
    INSERT INTO totals VALUES (NEW.tenant, {new}, {shard}, 1, 0)
    ON CONFLICT (tenant, type, shard) DO UPDATE SET total = totals.total + 1; RETURN NULL; END $$;
CREATE FUNCTION {table}_removed() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$ BEGIN
    INSERT INTO totals SELECT tenant, {name}, {shard}, -count(*), 0 FROM gone WHERE {which} GROUP BY 1, 2 ORDER BY 1, 2
    ON CONFLICT (tenant, type, shard) DO UPDATE SET total = totals.total + excluded.total; RETURN NULL; END $$;
CREATE TRIGGER added AFTER INSERT ON {table}
    FOR EACH ROW WHEN (NEW.{which}) EXECUTE FUNCTION {table}_added();
CREATE TRIGGER removed AFTER DELETE ON {table}
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION {table}_removed();
"""


def held_total(link: Link, target: int) -> str:
    """By what `totals` knows how many hold a role or entitlement; no resource type has a slash in its name."""
    return f"{link}/{target}"


def equal_total(type_name: str, attribute: str, boolean: str) -> str:
    """By what `totals` knows of how many resources an attribute is `true`, or `false`."""
    return f"{type_name}/{attribute}/{boolean}"


def triggers(template: str, shard: str) -> Iterator[str]:
    """The statements that create the triggers.

    Args:
        template: `SQLITE` or `POSTGRES`.
        shard: see `Dialect.shard`.
    """
    for table, which, alike in _COUNTED:
        names = {"name": _name(alike), "new": _name(alike, "NEW."), "old": _name(alike, "OLD.")}
        text = template.format(table=table, which=which, shard=shard, **names)
        yield from text.strip().removesuffix(";").split(";\n")


def count_all() -> Iterator[str]:
    """The statements that count what is there already."""
    for table, which, alike in _COUNTED:
        select = f"SELECT tenant, {_name(alike)}, 0, count(*), 0 FROM {table} WHERE {which} GROUP BY 1, 2"
        yield f"INSERT INTO totals {select}"


def _name(alike: tuple[str, ...], row: str = "") -> str:
    return " || '/' || ".join(row + column for column in alike)
