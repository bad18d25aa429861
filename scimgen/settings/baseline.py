"""The baseline: the findings that were there when a project began to validate, so that only new ones are told.

A finding is known by its file, its rule and its JSON pointer, in which an item of an array is called by its id or
name: an attribute that is put in front of others does not make them new.
"""

import json
from collections.abc import Iterable
from pathlib import Path

from scimgen.source import Array, Node, Object, Scalar

Key = tuple[str, str, str]
VERSION = 1


class BaselineError(Exception):
    """The baseline cannot be read; the message names the file and says why."""


def stable_pointer(root: Node | None, pointer: str) -> str:
    """A JSON pointer with the items of arrays called by their id or name, where they have one.

    >>> from scimgen.source import read_text
    >>> root = read_text("a", b'{"attributes": [{"name": "badge"}]}', "json").root
    >>> stable_pointer(root, "/attributes/0/type")
    '/attributes/[badge]/type'
    """
    steps = []
    node = root
    for step in pointer.split("/")[1:]:
        called = step
        if isinstance(node, Array):
            node = node.items[int(step)] if step.isdecimal() and int(step) < len(node.items) else None
            called = _called(node) or step
        elif isinstance(node, Object):
            node = node.get(step.replace("~1", "/").replace("~0", "~"))
        else:
            node = None
        steps.append(called)
    return "".join(f"/{step}" for step in steps)


def _called(node: Node | None) -> str:
    for name in ("id", "name", "schema") if isinstance(node, Object) else ():
        value = node.get(name) if isinstance(node, Object) else None
        if isinstance(value, Scalar) and isinstance(value.value, str):
            return f"[{value.value}]"
    return ""


def read_baseline(path: Path) -> set[Key]:
    """The findings of a baseline.

    Raises:
        BaselineError: no such file, or no baseline.
    """
    try:
        told = json.loads(path.read_text("utf-8"))
        if told["version"] != VERSION:
            raise BaselineError(f"{path}: a baseline of version {told['version']}, not {VERSION}")
        return {(str(item["file"]), str(item["rule"]), str(item["pointer"])) for item in told["findings"]}
    except OSError as error:
        raise BaselineError(f"{path}: {(error.strerror or str(error)).lower()}") from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BaselineError(f"{path}: no baseline; write a new one with --write-baseline") from error


def render_baseline(keys: Iterable[Key]) -> str:
    """A baseline as text: sorted, a finding a line, so that branches merge.

    >>> print(render_baseline([("a.json", "json-bom", "")]), end="")
    {"version": 1, "findings": [
    {"file": "a.json", "rule": "json-bom", "pointer": ""}
    ]}
    """
    lines = ",\n".join(
        json.dumps({"file": file, "rule": rule, "pointer": pointer}) for file, rule, pointer in sorted(set(keys))
    )
    return f'{{"version": {VERSION}, "findings": [\n{lines}\n]}}\n'
