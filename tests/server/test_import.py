"""`import` and `export`: each reads the files of the other; a faulty row is reported with its line."""

import json
from pathlib import Path
from typing import Any

import pytest

from scimgen_server.testing.databases import database_url
from tests.server.commands import CommandLine, rows

USER = "urn:acme:scim:schemas:extension:crm:1.0:User"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
NASTY = 'a;b,"c"\n[d] \u00e9\U0001f600 \u2028 =1+1'


def exported(commands: CommandLine, database: str, type_name: str = "User") -> list[dict[str, Any]]:
    """All resources of a type."""
    return [json.loads(line) for line in commands.run(database, "export", "--type", type_name)[0].split("\n") if line]


def test_csv_of_every_kind_of_column(commands: CommandLine, database: str, tmp_path: Path) -> None:
    """Paths, the work address, extensions with and without their URN, lists, JSON, grants, an id that is kept."""
    cells = {
        "id": "u1",
        "userName": "Ada",
        "name.givenName": "Ada, Countess",
        "emails.value": "ada@example.com",
        "active": "TRUE",
        "department": "Engines",
        f"{USER}:region": "emea",
        "score": "7",
        "ratio": "2.5",
        "tags": "a; b",
        "phoneNumbers": '[{"value": "1", "type": "home"}]',
        "roles": "admin;agent",
        "entitlements": "lic-pro",
        "title": "",
    }
    quoted = ['"' + cell.replace('"', '""') + '"' for cell in cells.values()]
    file = tmp_path / "users.csv"
    file.write_text("\ufeff" + ",".join(cells) + "\r\n" + ",".join(quoted) + "\r\n\r\n", encoding="utf-8")
    _, errors = commands.run(database, "import", str(file))
    assert errors.startswith("1 were created in ")
    with commands.serving(database) as client:
        user = client.get("/Users/u1").json()
        assert [client.get("/Users", params={"filter": 'roles.value eq "agent"'}).json()["totalResults"]] == [1]
    assert (user["userName"], user["name"], user["active"]) == ("Ada", {"givenName": "Ada, Countess"}, True)
    assert user["emails"] == [{"value": "ada@example.com", "type": "work", "primary": True}]
    assert user["phoneNumbers"] == [{"value": "1", "type": "home"}]
    assert user[ENTERPRISE] == {"department": "Engines"}
    assert user[USER] == {"region": "emea", "score": 7, "ratio": 2.5, "tags": ["a", "b"]}
    assert {role["value"] for role in user["roles"]} == {"admin", "agent"}
    assert [grant["value"] for grant in user["entitlements"]] == ["lic-pro"]
    assert "title" not in user


def test_every_fault_is_reported_with_its_line(commands: CommandLine, database: str, tmp_path: Path) -> None:
    """It is the line where the record begins, also after a record of several lines. Other rows are imported."""
    file = tmp_path / "users.csv"
    file.write_text(
        "userName,displayName,score,roles,devices,level\n"
        'ada,"two\nlines",1,admin,,\n'
        "bob,,many,,,\n"
        "ADA,,,,,\n"
        "carl,,,nobody,,\n"
        ",No name,,,,\n"
        "dora,,,,no json,\n"
        "eve,,,,,,,\n"
        "fay\0,,,,,\n"
        "gil,,,,,nowhere\n"
        "hal,,1,agent,,HIGH\n"
    )
    output, errors = commands.run(database, "import", str(file), code=1)
    faults = dict(line.removeprefix(f"{file}:").split(": ", 1) for line in output.splitlines())
    assert faults == {
        "4": f'{USER}:score must be a number, not "many".',
        "5": "The userName 'ada' belongs to another resource; it must be unique.",
        "6": "roles: there is no role with the value 'nobody'. Create or import it first.",
        "7": "userName is required.",
        "8": f"{USER}:devices must be a list, not the given value.",
        "9": "The row has 8 cells, but the header has 6: put a cell with a comma in double quotes.",
        "10": "A cell has a NUL character: remove it.",
        "11": f'{USER}:level must be one of low, high; "nowhere" is not.',
    }
    assert errors.startswith("2 were created, 8 rejected in ")
    assert [user["userName"] for user in exported(commands, database)] == ["ada", "hal"]


def test_stop_ends_the_import_at_the_first_fault(commands: CommandLine, database: str) -> None:
    """The rows before it are imported."""
    text = "userName\nada\nADA\nbob\n"
    output, _ = commands.run(database, "import", "--stop", "--format", "csv", "-", code=1, text=text)
    assert output.startswith("-:3: ")
    assert [user["userName"] for user in exported(commands, database)] == ["ada"]
    text = '{"userName": "bob"}\n{"userName": 1, "x"}\n{"userName": "carl"}\n'
    output, _ = commands.run(database, "import", "--stop", "--format", "jsonl", "-", code=1, text=text)
    assert output.startswith("-:2: The body is not JSON")
    assert [user["userName"] for user in exported(commands, database)] == ["ada", "bob"]


def test_a_dry_run_writes_nothing(commands: CommandLine, database: str) -> None:
    """It reports the faults."""
    text = "userName,roles\nada,admin\nbob,none\n"
    output, errors = commands.run(database, "import", "--dry-run", "--format", "csv", "-", code=1, text=text)
    assert output.startswith("-:3: roles")
    assert errors.startswith("1 would be created, 1 rejected")
    assert exported(commands, database) == []


def test_existing_resources_are_skipped_or_updated(commands: CommandLine, database: str) -> None:
    """An update sets what the file has and keeps all else, also grants that the file does not have."""
    first = {"id": "u1", "userName": "Ada", "title": "Countess", "name": {"givenName": "Ada"}, "active": True}
    first |= {
        "entitlements": [{"value": "lic-pro"}],
        "roles": [{"value": "admin"}],
        USER: {"region": "emea", "score": 1},
    }
    jsonl = ("import", "--format", "jsonl", "-")
    commands.run(database, *jsonl, text=json.dumps(first))
    text = "userName,score,roles,name.familyName\nADA,2,agent,Lovelace\nbob,3,,\n"
    csv = ("import", "--format", "csv", "-", "--existing")
    assert commands.run(database, *csv, "skip", text="userName,title\nADA,x\n")[1].startswith(
        "0 were created, 1 unchanged"
    )
    assert commands.run(database, *csv, "update", text=text)[1].startswith("1 were created, 1 updated")
    ada, _ = exported(commands, database)
    assert ada["userName"] == "ADA"
    assert ada["name"] == {"familyName": "Lovelace", "givenName": "Ada"}
    assert (ada["title"], ada["active"], ada[USER]) == ("Countess", True, {"region": "emea", "score": 2})
    assert (ada["roles"], ada["entitlements"]) == ([{"value": "agent"}], [{"value": "lic-pro"}])
    trail = "SELECT count(*) FROM audit"
    noted = rows(database, trail)
    assert commands.run(database, *csv, "update", text=text)[1].startswith("0 were created, 2 unchanged")
    assert rows(database, trail) == noted
    again = json.dumps({"id": "u1", "userName": "bob"})
    output, _ = commands.run(database, *jsonl, "--existing", "update", text=again, code=1)
    assert output == "-:1: The userName 'bob' belongs to another resource; it must be unique.\n"
    assert rows(database, "SELECT version FROM resources WHERE id = 'u1'")[0][0] == 2


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("userName;displayName\n", "separate the cells by commas"),
        ("userName,displyName\n", "did you mean displayName?"),
        ("userName,username\n", "has several columns"),
        ("userName,emails,emails.value\n", "has several columns"),
        ("userName,groups\n", "the server sets"),
        ("userName,meta.created\n", "the server sets"),
        ("userName\n\udcff\n", "is not UTF-8"),
    ],
)
def test_an_unreadable_file_is_reported(
    commands: CommandLine, sqlite_database: str, tmp_path: Path, text: str, word: str
) -> None:
    """One line, exit code 2."""
    file = tmp_path / "users.csv"
    file.write_bytes(text.encode("utf-8", "surrogateescape"))
    _, errors = commands.run(sqlite_database, "import", str(file), code=2)
    assert len(errors.splitlines()) == 1
    assert word in errors
    assert "users.csv" in errors


def test_wrong_arguments_are_reported(commands: CommandLine, sqlite_database: str, tmp_path: Path) -> None:
    """No file, no format, no such type, values that belong to the description."""
    (tmp_path / "x.txt").write_text("")
    (tmp_path / "x.csv").write_text("")
    assert "No such file" in commands.run(sqlite_database, "import", str(tmp_path / "none.csv"), code=2)[1]
    assert "unknown format" in commands.run(sqlite_database, "import", str(tmp_path / "x.txt"), code=2)[1]
    assert (
        "there are User" in commands.run(sqlite_database, "import", "--type", "Car", str(tmp_path / "x.csv"), code=2)[1]
    )
    kind = ("--type", "Permission Set")
    assert "read-only" in commands.run(sqlite_database, "import", *kind, str(tmp_path / "x.csv"), code=2)[1]
    assert commands.run(sqlite_database, "import", str(tmp_path / "x.csv"))[1].startswith("0 were created")


def test_a_group_can_have_members_that_come_later_in_the_file(commands: CommandLine, database: str) -> None:
    """A member that never comes is refused."""
    text = "id,displayName,members\nouter,Outer,inner\ninner,Inner,deep\ndeep,Deep,\nlost,Lost,nobody\n"
    output, errors = commands.run(database, "import", "--type", "Group", "--format", "csv", "-", text=text, code=1)
    assert output == "-:5: members: there is no user or group with the value 'nobody'. Create or import it first.\n"
    assert errors.startswith("3 were created, 1 rejected")
    assert {group["id"]: group.get("members") for group in exported(commands, database, "Group")} == {
        "deep": None,
        "inner": [{"value": "deep"}],
        "outer": [{"value": "inner"}],
    }


@pytest.mark.process
@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_an_export_can_be_imported_again(
    commands: CommandLine, request: pytest.FixtureRequest, database: str, tmp_path: Path, form: str
) -> None:
    """Into an empty database of the other kind. An export of that is the same, byte by byte."""
    users = [
        {
            "id": f"u{number}",
            "userName": f"user{number}",
            "displayName": NASTY,
            "emails": [{"value": f"{number}@example.com", "type": "work"}, {"value": "x@example.com", "primary": True}],
            "roles": [{"value": "agent", "primary": number % 2 == 0}, {"value": "admin"}],
            USER: {
                "tags": ["a", "b"] if number % 2 else [NASTY, "", " c "],
                "note": "shown on request",
                "staff": False,
                "ratio": 1e-9,
                "score": -(2**63),
                "devices": [{"serial": NASTY, "ports": [1, 2]}],
            },
            ENTERPRISE: {"manager": {"value": "u0"}},
        }
        for number in range(7)
    ]
    commands.run(database, "import", "--format", "jsonl", "-", text="\n".join(map(json.dumps, users)))
    groups = [
        {"id": "inner", "displayName": "Inner;", "members": [{"value": f"u{number}"} for number in range(7)]},
        {"id": "outer", "displayName": "[Outer]", "members": [{"value": "inner"}]},
    ]
    commands.run(
        database, "import", "--type", "Group", "--format", "jsonl", "-", text="\n".join(map(json.dumps, groups))
    )
    other = database_url(request, "sqlite" if database.startswith("postgresql") else "postgresql", tmp_path)
    for type_name in ("User", "Group"):
        first, second = tmp_path / f"{type_name}.{form}", tmp_path / f"{type_name}.second.{form}"
        commands.run(database, "export", "--type", type_name, "--format", form, "-o", str(first))
        commands.run(other, "import", "--type", type_name, str(first))
        commands.run(other, "export", "--type", type_name, "--format", form, "-o", str(second))
        assert first.read_bytes() == second.read_bytes()
    assert exported(commands, database) == exported(commands, other)
    assert exported(commands, other)[0][USER]["tags"] == [NASTY, " c "]
    assert "exists: choose another name" in commands.run(database, "export", "-o", str(first), code=2)[1]
    assert commands.run(database, "export", "--format", "csv", "--columns", "USERNAME,id")[0].splitlines()[:2] == [
        "userName,id",
        "user0,u0",
    ]


def test_an_import_seeds_an_empty_database(
    commands: CommandLine, sqlite_database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The values of the description are seeded first. A server then has nothing to reindex."""
    commands.run(sqlite_database, "import", "--format", "csv", "-", text="userName,roles\nada,admin\n")
    with commands.serving(sqlite_database) as client:
        assert client.get("/Roles").json()["totalResults"] == 2
    log = capsys.readouterr().err
    assert '"event": "request"' in log
    assert '"reindexed"' not in log


def test_a_value_that_is_too_long_for_an_index_is_refused(commands: CommandLine, database: str) -> None:
    """With its line. The other rows are imported."""
    text = "".join(json.dumps(user) + "\n" for user in ({"userName": "x" * 3000}, {"userName": "y"}))
    output, errors = commands.run(database, "import", "--format", "jsonl", "-", text=text, code=1)
    assert "userName is too long" in output
    assert errors.startswith("1 were created, 1 rejected")
    assert [one["userName"] for one in exported(commands, database)] == ["y"]


def test_an_unknown_tenant_is_refused(commands: CommandLine, database: str, tmp_path: Path) -> None:
    """A misspelt `--tenant` imports nothing."""
    file = tmp_path / "users.jsonl"
    file.write_text('{"userName": "ada"}\n')
    for command in (("import", str(file)), ("export",)):
        _, errors = commands.run(database, *command, "--tenant", "acne", code=2)
        assert "there is no tenant 'acne': check its name, or create it with token create NAME --tenant acne" in errors
    commands.run(database, "token", "create", "okta", "--tenant", "acme")
    commands.run(database, "import", str(file), "--tenant", "acme")
    assert '"userName":"ada"' in commands.run(database, "export", "--tenant", "acme")[0]
