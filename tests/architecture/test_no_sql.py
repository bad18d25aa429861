"""The runtime has SQL, connections and databases in `storage` alone. The service works with any store."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

RUNTIME = Path(__file__).parents[2] / "scimgen_server"
OF_THE_STORE = ("storage/", "testing/databases.py")
"""The SQL store, and the module that creates the databases of tests."""

PATHS = {path.relative_to(RUNTIME).as_posix(): path for path in sorted(RUNTIME.rglob("*.py"))}
OTHERS = [path for name, path in PATHS.items() if not name.startswith(OF_THE_STORE)]

SQL = re.compile(
    r"^\s*(SELECT\s.*\sFROM\s|SELECT 1\b|INSERT INTO\b|UPDATE \w+ SET\b|DELETE FROM\b|PRAGMA \w"
    r"|(CREATE|ALTER|DROP) (TABLE|INDEX|TRIGGER|VIEW|FUNCTION|DATABASE)\b|(BEGIN( IMMEDIATE)?|COMMIT|ROLLBACK)$)"
    r"|\bON CONFLICT\b",
    re.DOTALL,
)
NAMES = re.compile(r"^_?(connection|Connection|Sqlite\w*|Postgres(Store|Connection|Dialect)\w*|\w*Dialect)$")
DRIVERS = {"aiosqlite", "asyncpg", "psycopg", "sqlalchemy", "sqlite3"}


@pytest.mark.parametrize("path", OTHERS, ids=lambda path: str(path.relative_to(RUNTIME)))
def test_only_the_sql_store_knows_sql(path: Path) -> None:
    """No SQL text, no connection, no class of a database, no driver."""
    tree = ast.parse(path.read_text("utf-8"))
    statements = [text for text in texts_of(tree) if SQL.search(text)]
    names = [name for name in names_of(tree) if NAMES.match(name) or name.partition(".")[0] in DRIVERS]
    assert not statements
    assert not names


@pytest.mark.parametrize("code", ["tx.connection", "f'SELECT a FROM {table}'", "import sqlite3", "store: SqliteStore"])
def test_the_test_finds_sql(code: str) -> None:
    """Otherwise it would prove nothing."""
    tree = ast.parse(code)
    found = [text for text in texts_of(tree) if SQL.search(text)]
    found += [name for name in names_of(tree) if NAMES.match(name) or name in DRIVERS]
    assert found


def texts_of(tree: ast.AST) -> Iterator[str]:
    """All string literals. In an f-string `?` is in the place of each expression. Docstrings count too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "?" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def names_of(tree: ast.AST) -> Iterator[str]:
    """All names that are used, defined or imported."""
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name) | ast.ClassDef(name=name):
                yield name
            case ast.Import(names=aliases):
                yield from (alias.name for alias in aliases)
            case ast.ImportFrom(module=module, names=aliases, level=level):
                if level == 0:
                    yield module or ""
                yield from (alias.name for alias in aliases)
            case _:
                pass
