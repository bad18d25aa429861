"""Measure `scimgen validate` on a list of schemas of 57 MB, compared with a structural check by
JSON Schema.

    python bench/validate_large.py [--megabytes 57] [--rounds 3]

Each check runs in a separate process. The structural check reads the file with `json.load` and
validates it with `jsonschema`: types and required members, without any rule of the RFC. It prints
CPU seconds and the peak of resident memory, also as a multiple of the file.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from scimgen.data import load_json
from scimgen.documents import urns

LAYOUTS = {"indented": 2, "minified": None}
_ATTRIBUTE: dict[str, Any] = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {"type": "string"},
        "type": {"type": "string"},
        "description": {"type": "string"},
        **{name: {"type": "boolean"} for name in ("multiValued", "required", "caseExact")},
        "mutability": {"enum": ["readOnly", "readWrite", "immutable", "writeOnly"]},
        "returned": {"enum": ["always", "never", "default", "request"]},
        "uniqueness": {"enum": ["none", "server", "global"]},
        **{
            name: {"type": "array", "items": {"type": "string"}}
            for name in ("canonicalValues", "referenceTypes")
        },
        "subAttributes": {"type": "array", "items": {"$ref": "#/$defs/attribute"}},
    },
}
STRUCTURE = {
    "$defs": {"attribute": _ATTRIBUTE},
    "type": "object",
    "required": ["schemas", "totalResults"],
    "properties": {
        "Resources": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id", "attributes"],
                "properties": {
                    "attributes": {"type": "array", "items": {"$ref": "#/$defs/attribute"}}
                },
            },
        },
    },
}


def write_list(path: Path, size: int, indent: int | None) -> None:
    """Write a ListResponse of schemas, each with the attributes of User, of about `size` bytes."""
    user = load_json("rfc7643/User.json")
    template = {**user, "schemas": [urns.SCHEMA], "id": "URN", "meta": {"resourceType": "Schema"}}
    one = json.dumps(template, indent=indent)
    count = size // len(one)
    with path.open("w", encoding="utf-8") as file:
        file.write(
            f'{{"schemas": ["{urns.LIST_RESPONSE}"], "totalResults": {count}, "Resources": [\n'
        )
        for number in range(count):
            file.write(",\n" if number else "")
            file.write(
                one.replace('"URN"', f'"urn:acme:scim:schemas:extension:bench{number}:2.0:User"')
            )
        file.write("]}\n")


def structural(path: Path) -> None:
    """The structural check."""
    from jsonschema import Draft202012Validator

    with path.open("rb") as file:
        document = json.load(file)
    print(sum(1 for _ in Draft202012Validator(STRUCTURE).iter_errors(document)), "faults")


def models(path: Path) -> None:
    """The structural check of scim2-models."""
    from scim2_models import ListResponse, Schema

    document = ListResponse[Schema].model_validate_json(path.read_bytes())
    print(len(document.resources or ()), "schemas")


def validate(path: Path) -> None:
    """`scimgen validate`."""
    from scimgen.cli.validate import run_validate

    run_validate((str(path),), limit=1, quiet=True)


def measure(what: str, path: Path) -> tuple[float, int]:
    """Run one of the checks in a separate process.

    CPU seconds, and the peak of resident memory in bytes.
    """
    ran = subprocess.run(
        [sys.executable, __file__, "--run", what, str(path)],
        capture_output=True,
        text=True,
        check=True,
    )
    seconds, peak = ran.stderr.splitlines()[-1].split()
    return float(seconds), int(peak) * 1024


def main() -> None:
    """Write the files, and print one line for each layout and check."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--megabytes", type=int, default=57)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--run", nargs=2, metavar=("CHECK", "FILE"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.run:
        what, file = options.run
        {"structural": structural, "models": models, "validate": validate}[what](Path(file))
        print(
            time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr
        )
        return
    with tempfile.TemporaryDirectory() as folder:
        for layout, indent in LAYOUTS.items():
            path = Path(folder, f"{layout}.json")
            write_list(path, options.megabytes * 1_000_000, indent)
            size = path.stat().st_size
            for _ in range(options.rounds):
                for what in ("structural", "models", "validate"):
                    seconds, peak = measure(what, path)
                    memory = f"{peak / 1e6:.0f} MB ({peak / size:.1f} times the file)"
                    print(
                        f"{layout} {size / 1e6:.0f} MB  {what:10}  {seconds:.1f} s  {memory}",
                        flush=True,
                    )


if __name__ == "__main__":
    main()
