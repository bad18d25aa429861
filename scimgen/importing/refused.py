"""Remove what the language refuses from a description, and add a comment with the reason.

The description is loaded like any other, and the findings decide what to remove. So the rules of
the language are not repeated here. Each step removes the smallest part that avoids the finding.
"""

from collections.abc import Iterable
from typing import Any

from scimgen.diagnostics import Diagnostic, Severity
from scimgen.errors import ScimgenError
from scimgen.importing.page import Page
from scimgen.importing.yaml import Writer
from scimgen.model import App
from scimgen.source import Document, Object, pointer_step, walk
from scimgen.source.yaml import read_yaml

_ROUNDS = 12
_KINDS = ("entitlements", "resources")


class CannotDescribe(ScimgenError):
    """The description cannot be made valid. The message contains the reason."""


def load_without_refused(page: Page, name: str) -> tuple[App, str]:
    """Load a description, and remove refused parts until it is valid.

    Returns:
        The app, and the text of the description.

    Raises:
        CannotDescribe: A refused part cannot be removed.
    """
    from scimgen.description import load

    why = ""
    for _ in range(_ROUNDS):
        text = Writer(page.comments).page(page.content)
        document = read_yaml(name, text)
        app, findings = load(document)
        if app is not None:
            return app, text
        errors = [finding for finding in findings if finding.severity is Severity.ERROR]
        why = errors[0].message
        if not _remove_refused(page, document, errors):
            break
    raise CannotDescribe(f"no description can be made of it: {why}")


def _remove_refused(page: Page, document: Document, errors: Iterable[Diagnostic]) -> bool:
    """Remove the parts with errors.

    Returns:
        Whether anything was removed.
    """
    targets: dict[tuple[str, ...], Diagnostic] = {}
    for error in errors:
        steps = _target(error, _pointer(document, error))
        if steps:
            targets.setdefault(steps, error)
    # The last items of a list are removed first, so that the indexes of the others stay valid.
    done = False
    for steps in sorted(
        targets,
        key=lambda steps: [(step.isdecimal(), step.rjust(9, "0")) for step in steps],
        reverse=True,
    ):
        done |= _remove(page, steps, targets[steps])
    return done


def _pointer(document: Document, error: Diagnostic) -> str:
    """The pointer of the value with an error.

    If the error has no pointer, it is found by its position.
    """
    if error.pointer or document.root is None:
        return error.pointer
    at = (error.place.line, error.place.column)
    found = ""
    for pointer, node in walk(document.root):
        for member in node.members if isinstance(node, Object) else ():
            place = document.place(member)
            if (place.line, place.column) == at:
                return pointer_step(pointer, member.key)
        place = document.place(node)
        if (place.line, place.column) == at:
            found = pointer
    return found


def _target(error: Diagnostic, pointer: str) -> tuple[str, ...]:
    """The steps to the part that must be removed to avoid an error."""
    steps = tuple(step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:])
    if "values" in steps and (at := steps.index("values")) in (1, 2) and len(steps) > at + 1:
        whole = error.rule in ("value-missing", "id-collision") or steps[at + 2 :] in ((), ("id",))
        return steps[: at + 2] if whole else steps[: at + 3]
    if len(steps) >= 2 and steps[-1] == "attributes":
        return steps[:-1]
    return steps


def _remove(page: Page, steps: tuple[str, ...], error: Diagnostic) -> bool:
    owner: Any = page.content
    for step in steps[:-1]:
        if isinstance(owner, list):
            owner = owner[int(step)]
        else:
            owner = owner.get(step) if isinstance(owner, dict) else None
    last = steps[-1]
    if isinstance(owner, list) and last.isdecimal() and int(last) < len(owner):
        gone = owner.pop(int(last))
    elif isinstance(owner, dict) and last in owner:
        gone = owner.pop(last)
        if (
            not owner
            and len(steps) > 1
            and steps[-2] in ("attributes", "extensions", *_KINDS, "canonicalValues")
        ):
            _drop_empty(page.content, steps[:-1])
    else:
        return False
    _explain(page, steps, gone, error)
    return True


def _drop_empty(content: dict[str, Any], steps: tuple[str, ...]) -> None:
    owner: Any = content
    for step in steps[:-1]:
        owner = owner[step]
    owner.pop(steps[-1], None)


def _explain(page: Page, steps: tuple[str, ...], gone: Any, error: Diagnostic) -> None:
    """Add a comment above the nearest remaining part: what was removed, and why."""
    _forget(page, steps)
    at = _anchor(page.content, steps)
    what = ".".join(
        step for step in steps[len(at) :] if step not in ("attributes", "values", "extensions")
    )
    if isinstance(gone, str | bool | int) and steps[-2:-1] != ("attributes",):
        what += f": {gone if isinstance(gone, str) else str(gone).lower()}"
    elif isinstance(gone, dict) and "id" in gone:
        what = f"the value {gone['id']}"
    source = f" ({error.source})" if error.source else ""
    pointer = ""
    for step in at:
        pointer = pointer_step(pointer, step)
    page.add_comment(pointer, f"Left out, {what}: {error.message}{source}")


def _forget(page: Page, steps: tuple[str, ...]) -> None:
    """Remove the comments of a removed part."""
    pointer = ""
    for step in steps:
        pointer = pointer_step(pointer, step)
    for name in [
        name for name in page.comments if name == pointer or name.startswith(f"{pointer}/")
    ]:
        del page.comments[name]


def _anchor(content: dict[str, Any], steps: tuple[str, ...]) -> tuple[str, ...]:
    """The steps to the type of a removed part, or to its attribute.

    Empty if the type itself was removed.
    """
    most = 2 if steps[0] in _KINDS else 1
    if "attributes" in steps[most:-1]:
        most = steps.index("attributes", most) + 2
    owner: Any = content
    for index, step in enumerate(steps[:-1][:most]):
        owner = owner.get(step) if isinstance(owner, dict) else None
        if owner is None or isinstance(owner, str):
            return steps[:index] if steps[:index] not in (("entitlements",), ("resources",)) else ()
    at = steps[:-1][:most]
    if at in (("entitlements",), ("resources",)):
        return ()
    return at[:-1] if at[-1:] == ("attributes",) else at
