"""What `scimgen generate` costs, compared with the generators that it uses: CPU seconds of whole
processes.

    python bench/generate.py [--types 10 100 1000] [--runs 3] [--openapi-python-client PATH]

For each number of entitlement types: a first generate, a change of one type, one value more,
nothing to do; and in the same run `datamodel-codegen` with black on the same models,
`openapi-python-client` on the same schemas where its command is named (from another environment,
because it needs another typer), the cold start of both libraries (import and first call), and a
bare typer command. Medians; the spread shows the noise. Last the CPU of a first generate for each
type, which is constant if growth is linear.
"""

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

SCIMGEN = [sys.executable, "-m", "scimgen"]
FIRST = "scimgen generate, first"
COLD = """
import black, datamodel_code_generator as codegen
black.format_str("x = 1", mode=black.Mode())
codegen.generate(
    {"type": "object", "title": "A", "properties": {"x": {"type": "string"}}},
    input_file_type=codegen.InputFileType.JsonSchema,
    output_model_type=codegen.DataModelType.PydanticV2BaseModel,
    formatters=[],
)
"""
BARE = """
import typer
app = typer.Typer()
@app.command()
def one(number: int = 1) -> None: ...
@app.command()
def two() -> None: ...
app()
"""


def description(types: int, changed: bool = False, value: bool = False) -> str:
    """A description of so many entitlement types, six attributes and two values each; one may have
    one more.
    """
    lines = ["scimgen: 1", "app: bench", "vendor: acme", "entitlements:"]
    for number in range(types):
        extra = "\n      added: string" if changed and number == types // 2 else ""
        lines.append(
            f"  Type {number}:\n"
            f"    description: Entitlements of type {number}\n"
            "    attributes:\n"
            "      tier: {type: string, canonicalValues: [free, pro], description: The tier}\n"
            "      seats: {type: integer, description: How many}\n"
            "      renewsAt: {type: dateTime, description: When}\n"
            "      owner: {type: reference, referenceTypes: [User], description: Whose}\n"
            "      limits: {multiValued: true, attributes: {name: string, value: decimal}}\n"
            f"      price: {{type: decimal, description: How much}}{extra}\n"
            "    values:\n"
            f"      - {{id: a{number}, displayName: First, seats: 1}}\n"
            f"      - {{id: b{number}, displayName: Second, seats: 2}}"
            + (
                f"\n      - {{id: c{number}, displayName: Third}}"
                if value and number == types // 2
                else ""
            )
        )
    return "\n".join(lines) + "\n"


def search_path(command: str) -> dict[str, str]:
    """The environment in which a command finds the tools that were installed beside it."""
    return {**os.environ, "PATH": f"{Path(command).parent}{os.pathsep}{os.environ['PATH']}"}


def cpu(command: list[str], cwd: Path) -> float:
    """User and system seconds of one process and its children."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=cwd, env=search_path(command[0]), check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def measure(
    runs: int, command: list[str], cwd: Path, before: Callable[[], None] = lambda: None
) -> list[float]:
    """The CPU seconds of several runs, each after `before`; one run more goes first and does not
    count.
    """
    found = []
    for _ in range(runs + 1):
        before()
        found.append(cpu(command, cwd))
    return found[1:]


def models_schema(page: Path, target: Path) -> None:
    """The JSON Schema that scimgen itself gives to the code generator, without its own keys."""
    from scimgen.description import load_file
    from scimgen.emit.openapi_schemas import schemas_of

    app, _ = load_file(page)
    assert app
    definitions = json.loads(
        json.dumps(schemas_of(app)).replace("#/components/schemas/", "#/$defs/")
    )
    target.write_text(
        json.dumps(
            {"$schema": "https://json-schema.org/draft/2020-12/schema", "$defs": definitions}
        )
    )


def bench(types: int, runs: int, root: Path, client: str | None) -> dict[str, list[float]]:
    """Every figure for one number of types."""
    project = root / f"project-{types}"
    page = project / "bench.scim.yaml"

    def fresh() -> None:
        shutil.rmtree(project, ignore_errors=True)
        project.mkdir()
        page.write_text(description(types))

    flip = [False]

    def change() -> None:
        flip[0] = not flip[0]
        page.write_text(description(types, changed=flip[0]))

    rows = {FIRST: measure(runs, [*SCIMGEN, "generate", str(page)], root, fresh)}
    rows["scimgen generate, one type changed"] = measure(
        runs, [*SCIMGEN, "generate", str(page)], root, change
    )

    def add_value() -> None:
        flip[0] = not flip[0]
        page.write_text(description(types, value=flip[0]))

    rows["scimgen generate, one value added"] = measure(
        runs, [*SCIMGEN, "generate", str(page)], root, add_value
    )
    rows["scimgen generate, nothing to do"] = measure(runs, [*SCIMGEN, "generate", str(page)], root)
    schema, out = root / "schema.json", root / "out.py"
    models_schema(page, schema)
    options = ["--input", str(schema), "--input-file-type", "jsonschema", "--output", str(out)]
    style = [
        "--output-model-type",
        "pydantic_v2.BaseModel",
        "--formatters",
        "black",
        "--use-annotated",
    ]
    codegen = [sys.executable, "-m", "datamodel_code_generator", *options, *style]
    rows["datamodel-codegen with black"] = measure(runs, codegen, root)
    if client:
        document = str(project / "bench" / "openapi.json")
        (root / "client.yaml").write_text(
            "literal_enums: true\n"
        )  # `add` and `Add` are one name to it without
        generate = [
            client,
            "generate",
            "--path",
            document,
            "--output-path",
            str(root / "client"),
            "--overwrite",
        ]
        rows["openapi-python-client"] = measure(
            runs, [*generate, "--config", str(root / "client.yaml")], root
        )
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--types", type=int, nargs="+", default=[10, 100, 1000])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument(
        "--openapi-python-client", metavar="PATH", help="its command, of another environment"
    )
    options = parser.parse_args()
    os.environ["NO_COLOR"] = "1"
    with tempfile.TemporaryDirectory(prefix="scimgen-bench-") as folder:
        root = Path(folder)
        (root / "bare.py").write_text(BARE)
        tables = {
            "cold": {
                "cold start of both libraries": measure(
                    options.runs, [sys.executable, "-c", COLD], root
                ),
                "bare typer command": measure(
                    options.runs, [sys.executable, "bare.py", "one"], root
                ),
                "scimgen --help": measure(options.runs, [*SCIMGEN, "--help"], root),
                "bare typer --help": measure(
                    options.runs, [sys.executable, "bare.py", "--help"], root
                ),
            }
        }
        for types in options.types:
            tables[f"{types} types"] = bench(
                types, options.runs, root, options.openapi_python_client
            )
    for title, rows in tables.items():
        print(f"\n{title:42}{'median':>8}{'min':>8}{'max':>8}   CPU s")
        for name, found in rows.items():
            print(f"  {name:40}{statistics.median(found):8.2f}{min(found):8.2f}{max(found):8.2f}")
    print("\nfirst generate, for each type")
    for types in options.types:
        seconds = statistics.median(tables[f"{types} types"][FIRST]) / types
        print(f"  {types:5} types{seconds * 1000:31.1f} ms")


if __name__ == "__main__":
    main()
