"""`import` and `export`: what one writes the other reads; every fault is told with its line, and harms no other row."""

import json
from pathlib import Path
from typing import Any

import pytest

from templates.server.tests.databases import DATABASES, database_url

from .commands import Project, emitted, rows

HERE = Path(__file__).parent
USER = "urn:acme:scim:schemas:extension:crm:1.0:User"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
NASTY = 'a;b,"c"\n[d] \u00e9\U0001f600 \u2028 =1+1'


@pytest.fixture(scope="module")
def app(crm: Any, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The app, as commands of its own."""
    return emitted((HERE / "every.scim.yaml").read_text(), tmp_path_factory.mktemp("app") / "project")


@pytest.fixture(params=DATABASES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database."""
    return database_url(request, request.param, tmp_path)


@pytest.fixture
def database(tmp_path: Path) -> str:
    """An empty database, where one kind of them is enough."""
    return f"sqlite:///{tmp_path}/x.db"


def exported(app: Project, url: str, type_name: str = "User") -> list[dict[str, Any]]:
    """All resources of a type."""
    return [json.loads(line) for line in app.run(url, "export", "--type", type_name)[0].split("\n") if line]


def test_csv_of_every_kind_of_column(app: Project, url: str, tmp_path: Path) -> None:
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
    _, errors = app.run(url, "import", str(file))
    assert errors.startswith("1 were created in ")
    with app.serving(url, tmp_path) as server, server.client() as client:
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


def test_every_fault_is_told_with_its_line(app: Project, url: str, tmp_path: Path) -> None:
    """The line where the record begins, though one before it goes over several; the others go in, and exit code 1."""
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
    told, errors = app.run(url, "import", str(file), code=1)
    faults = dict(line.removeprefix(f"{file}:").split(": ", 1) for line in told.splitlines())
    assert faults == {
        "4": f'{USER}:score must be a number, not "many".',
        "5": "The userName 'ada' belongs to another resource; it must be unique.",
        "6": "roles: there is no role with the value 'nobody'. Create or import it first.",
        "7": "userName is required.",
        "8": f'{USER}:devices must be a list, not "no json".',
        "9": "8 cells, but the header names 6: put a cell that holds a comma in double quotes.",
        "10": "A NUL character.",
        "11": f'{USER}:level must be one of low, high; "nowhere" is not.',
    }
    assert errors.startswith("2 were created, 8 refused in ")
    assert [user["userName"] for user in exported(app, url)] == ["ada", "hal"]


def test_it_stops_where_it_is_told_to(app: Project, url: str) -> None:
    """At the first fault: what stood before it is in."""
    text = "userName\nada\nADA\nbob\n"
    told, _ = app.run(url, "import", "--stop", "--format", "csv", "-", code=1, text=text)
    assert told.startswith("-:3: ")
    assert [user["userName"] for user in exported(app, url)] == ["ada"]
    text = '{"userName": "bob"}\n{"userName": 1, "x"}\n{"userName": "carl"}\n'
    told, _ = app.run(url, "import", "--stop", "--format", "jsonl", "-", code=1, text=text)
    assert told.startswith("-:2: The body is not JSON")
    assert [user["userName"] for user in exported(app, url)] == ["ada", "bob"]


def test_a_rehearsal_keeps_nothing(app: Project, url: str) -> None:
    """But tells the faults."""
    text = "userName,roles\nada,admin\nbob,none\n"
    told, errors = app.run(url, "import", "--dry-run", "--format", "csv", "-", code=1, text=text)
    assert told.startswith("-:3: roles")
    assert errors.startswith("1 would be created, 1 refused")
    assert exported(app, url) == []


def test_what_is_there_already(app: Project, url: str) -> None:
    """Is left, or what the file says of it is set and all else stays, grants that it does not name among that."""
    first = {"id": "u1", "userName": "Ada", "title": "Countess", "name": {"givenName": "Ada"}, "active": True}
    first |= {
        "entitlements": [{"value": "lic-pro"}],
        "roles": [{"value": "admin"}],
        USER: {"region": "emea", "score": 1},
    }
    jsonl = ("import", "--format", "jsonl", "-")
    app.run(url, *jsonl, text=json.dumps(first))
    text = "userName,score,roles,name.familyName\nADA,2,agent,Lovelace\nbob,3,,\n"
    csv = ("import", "--format", "csv", "-", "--existing")
    assert app.run(url, *csv, "skip", text="userName,title\nADA,x\n")[1].startswith(
        "0 were created, 1 left as they are"
    )
    assert app.run(url, *csv, "update", text=text)[1].startswith("1 were created, 1 updated")
    ada, _ = exported(app, url)
    assert ada["userName"] == "ADA"
    assert ada["name"] == {"familyName": "Lovelace", "givenName": "Ada"}
    assert (ada["title"], ada["active"], ada[USER]) == ("Countess", True, {"region": "emea", "score": 2})
    assert (ada["roles"], ada["entitlements"]) == ([{"value": "agent"}], [{"value": "lic-pro"}])
    trail = "SELECT count(*) FROM audit"
    noted = rows(url, trail)
    assert app.run(url, *csv, "update", text=text)[1].startswith("0 were created, 2 left as they are")
    assert rows(url, trail) == noted
    again = json.dumps({"id": "u1", "userName": "bob"})
    told, _ = app.run(url, *jsonl, "--existing", "update", text=again, code=1)
    assert told == "-:1: The userName 'bob' belongs to another resource; it must be unique.\n"
    assert rows(url, "SELECT version FROM resources WHERE id = 'u1'")[0][0] == 2


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("userName;displayName\n", "separated by commas"),
        ("userName,displyName\n", "did you mean displayName?"),
        ("userName,username\n", "is there twice"),
        ("userName,emails,emails.value\n", "is there twice"),
        ("userName,groups\n", "the server sets it"),
        ("userName,meta.created\n", "the server sets it"),
        ("userName\n\udcff\n", "is not UTF-8"),
    ],
)
def test_a_file_that_cannot_be_read(app: Project, database: str, tmp_path: Path, text: str, word: str) -> None:
    """Is one line, and exit code 2."""
    file = tmp_path / "users.csv"
    file.write_bytes(text.encode("utf-8", "surrogateescape"))
    _, errors = app.run(database, "import", str(file), code=2)
    assert len(errors.splitlines()) == 1
    assert word in errors
    assert "users.csv" in errors


def test_what_cannot_be_imported_at_all(app: Project, database: str, tmp_path: Path) -> None:
    """No file, no format, no such type, values that belong to the description."""
    (tmp_path / "x.txt").write_text("")
    (tmp_path / "x.csv").write_text("")
    assert "No such file" in app.run(database, "import", str(tmp_path / "none.csv"), code=2)[1]
    assert "csv or jsonl" in app.run(database, "import", str(tmp_path / "x.txt"), code=2)[1]
    assert "there are User" in app.run(database, "import", "--type", "Car", str(tmp_path / "x.csv"), code=2)[1]
    kind = ("--type", "Permission Set")
    assert "read-only" in app.run(database, "import", *kind, str(tmp_path / "x.csv"), code=2)[1]
    assert app.run(database, "import", str(tmp_path / "x.csv"))[1].startswith("0 were created")


def test_groups_may_name_groups_that_come_later(app: Project, url: str) -> None:
    """But not those that never come."""
    text = "id,displayName,members\nouter,Outer,inner\ninner,Inner,deep\ndeep,Deep,\nlost,Lost,nobody\n"
    told, errors = app.run(url, "import", "--type", "Group", "--format", "csv", "-", text=text, code=1)
    assert told == "-:5: members: there is no user or group with the value 'nobody'. Create or import it first.\n"
    assert errors.startswith("3 were created, 1 refused")
    assert {group["id"]: group.get("members") for group in exported(app, url, "Group")} == {
        "deep": None,
        "inner": [{"value": "deep"}],
        "outer": [{"value": "inner"}],
    }


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_an_export_comes_back_whole(
    app: Project, request: pytest.FixtureRequest, url: str, tmp_path: Path, form: str
) -> None:
    """Into an empty database of the other kind: an export of that is the same, byte by byte."""
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
    app.run(url, "import", "--format", "jsonl", "-", text="\n".join(map(json.dumps, users)))
    groups = [
        {"id": "inner", "displayName": "Inner;", "members": [{"value": f"u{number}"} for number in range(7)]},
        {"id": "outer", "displayName": "[Outer]", "members": [{"value": "inner"}]},
    ]
    app.run(url, "import", "--type", "Group", "--format", "jsonl", "-", text="\n".join(map(json.dumps, groups)))
    other = database_url(request, "sqlite" if url.startswith("postgresql") else "postgresql", tmp_path)
    for type_name in ("User", "Group"):
        first, second = tmp_path / f"{type_name}.{form}", tmp_path / f"{type_name}.second.{form}"
        app.run(url, "export", "--type", type_name, "--format", form, "-o", str(first))
        app.run(other, "import", "--type", type_name, str(first))
        app.run(other, "export", "--type", type_name, "--format", form, "-o", str(second))
        assert first.read_bytes() == second.read_bytes()
    assert exported(app, url) == exported(app, other)
    assert exported(app, other)[0][USER]["tags"] == [NASTY, " c "]
    assert "is there already" in app.run(url, "export", "-o", str(first), code=2)[1]
    assert app.run(url, "export", "--format", "csv", "--columns", "USERNAME,id")[0].splitlines()[:2] == [
        "userName,id",
        "user0,u0",
    ]


def test_it_starts_where_no_server_has_been(app: Project, database: str, tmp_path: Path) -> None:
    """What the description grants is seeded first; a server then finds nothing to do."""
    app.run(database, "import", "--format", "csv", "-", text="userName,roles\nada,admin\n")
    with app.serving(database, tmp_path) as server, server.client() as client:
        assert client.get("/Roles").json()["totalResults"] == 2
    assert '"laid down anew"' not in (tmp_path / "server.log").read_text()


def test_a_value_too_long_to_look_up_is_told(app: Project, url: str) -> None:
    """With its line, and the other rows are in."""
    text = "".join(json.dumps(user) + "\n" for user in ({"userName": "x" * 3000}, {"userName": "y"}))
    told, errors = app.run(url, "import", "--format", "jsonl", "-", text=text, code=1)
    assert "userName is too long" in told
    assert errors.startswith("1 were created, 1 refused")
    assert [one["userName"] for one in exported(app, url)] == ["y"]


def test_a_tenant_that_nobody_has_made_is_refused(app: Project, url: str, tmp_path: Path) -> None:
    """A misspelt `--tenant` brings nobody in where no client would ever find them."""
    file = tmp_path / "users.jsonl"
    file.write_text('{"userName": "ada"}\n')
    for command in (("import", str(file)), ("export",)):
        _, errors = app.run(url, *command, "--tenant", "acne", code=2)
        assert "there is no tenant 'acne'; token create NAME --tenant acne makes it" in errors
    app.run(url, "token", "create", "okta", "--tenant", "acme")
    app.run(url, "import", str(file), "--tenant", "acme")
    assert '"userName":"ada"' in app.run(url, "export", "--tenant", "acme")[0]
