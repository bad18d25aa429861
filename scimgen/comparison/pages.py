"""Write the kinds of change for readers.

A list, the page of one kind, and the page of all kinds.
"""

from collections.abc import Iterator
from difflib import get_close_matches

from scimgen.comparison import kinds  # noqa: F401  the import registers all kinds
from scimgen.comparison.change import Kind, all_kinds


def listing() -> Iterator[str]:
    """Write one line per kind: id, severity, title.

    >>> next(listing()).split()[:2]
    ['app-renamed', 'attention']
    """
    for kind in all_kinds():
        yield f"{kind.id:26} {kind.severity!s:10} {kind.title}"


def explanation(kind: Kind) -> str:
    """Write the page of one kind."""
    affects = ", ".join(kind.affects)
    parts = [
        f"{kind.id} ({kind.severity})",
        kind.title,
        kind.why,
        f"Affects: {affects}" if affects else "",
        *(f"{heading}: {text}" for heading, text in _advice(kind) if text),
    ]
    return "\n\n".join(part for part in parts if part)


def _advice(kind: Kind) -> Iterator[tuple[str, str]]:
    yield "What to do", kind.do
    yield "Stored values", kind.stored
    for profile, effect in kind.effects():
        yield f"{profile.article.capitalize()} {profile.short} administrator sees", effect.note


def nearest(id: str) -> str:
    """The most similar id of a kind, or "".

    >>> nearest("attribute-remove")
    'attribute-removed'
    """
    found = get_close_matches(id.lower(), [kind.id for kind in all_kinds()], n=1, cutoff=0.5)
    return found[0] if found else ""


def page() -> str:
    """Write the page of all kinds, which is `docs/changes.md`."""
    lines = ["# The changes that `scimgen diff` reports"]
    for kind in all_kinds():
        lines += [
            "",
            f"## {kind.id}",
            "",
            f"*{kind.severity}*" + "".join(f" · {audience}" for audience in kind.affects),
        ]
        lines += ["", kind.title, *(["", kind.why] if kind.why else [])]
        lines += [f"\n- {heading}: {text}" for heading, text in _advice(kind) if text]
    return "\n".join(lines) + "\n"
