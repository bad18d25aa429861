"""The baseline: the findings that existed when a project started to validate.

Only new findings are reported.

The key of a finding is its file, its rule and its JSON pointer. The pointer refers to an array item
by its id or name, so a new attribute at the start of an array does not change the keys of the
others.
"""

import json
from collections.abc import Iterable
from pathlib import Path

from scimgen.errors import ScimgenError
from scimgen.source import Array, Node, Object, Scalar

Key = tuple[str, str, str]
VERSION = 1


class BaselineError(ScimgenError):
    """The baseline cannot be read. The message contains the file name and the reason."""


def stable_pointer(root: Node | None, pointer: str) -> str:
    """Replace array indexes in a JSON pointer by the id or name of the item, if it has one.

    >>> from scimgen.source import read_text
    >>> root = read_text("a", b'{"attributes": [{"name": "badge"}]}', "json").root
    >>> stable_pointer(root, "/attributes/0/type")
    '/attributes/[badge]/type'
    """
    steps = []
    node = root
    for step in pointer.split("/")[1:]:
        name = step
        if isinstance(node, Array):
            node = (
                node.items[int(step)] if step.isdecimal() and int(step) < len(node.items) else None
            )
            name = _item_name(node) or step
        elif isinstance(node, Object):
            node = node.get(step.replace("~1", "/").replace("~0", "~"))
        else:
            node = None
        steps.append(name)
    return "".join(f"/{step}" for step in steps)


def _item_name(node: Node | None) -> str:
    for name in ("id", "name", "schema") if isinstance(node, Object) else ():
        value = node.get(name) if isinstance(node, Object) else None
        if isinstance(value, Scalar) and isinstance(value.value, str):
            return f"[{value.value}]"
    return ""


def read_baseline(path: Path) -> set[Key]:
    """Read the keys of the findings in a baseline.

    Raises:
        BaselineError: The file does not exist or is not a baseline.
    """
    try:
        content = json.loads(path.read_text("utf-8"))
        if content["version"] != VERSION:
            raise BaselineError(
                f"{path}: a baseline of version {content['version']}, not {VERSION}"
            )
        return {
            (str(item["file"]), str(item["rule"]), str(item["pointer"]))
            for item in content["findings"]
        }
    except OSError as error:
        raise BaselineError(f"{path}: {(error.strerror or str(error)).lower()}") from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BaselineError(
            f"{path}: not a baseline; write a new one with --write-baseline"
        ) from error


def render_baseline(keys: Iterable[Key]) -> str:
    """Write a baseline as text.

    The findings are sorted, one per line, so that branches merge without conflicts.

    >>> print(render_baseline([("a.json", "json-bom", "")]), end="")
    {"version": 1, "findings": [
    {"file": "a.json", "rule": "json-bom", "pointer": ""}
    ]}
    """
    lines = ",\n".join(
        json.dumps({"file": file, "rule": rule, "pointer": pointer})
        for file, rule, pointer in sorted(set(keys))
    )
    return f'{{"version": {VERSION}, "findings": [\n{lines}\n]}}\n'
