"""`scimgen explain`."""

import sys
from typing import Annotated

import typer


def explain(
    rule: Annotated[
        str, typer.Argument(metavar="RULE", help="The id, as a finding shows it in brackets.")
    ],
) -> None:
    """Explain a rule of `validate` or a kind of change of `diff`.

    Examples:  scimgen explain attr-type-invalid  ·  scimgen explain attribute-removed
    """
    from scimgen.comparison import pages as kinds
    from scimgen.comparison.change import find_kind
    from scimgen.rules import find_rule
    from scimgen.rules.pages import explanation, nearest

    kind = find_kind(rule)
    if kind is not None:
        print(kinds.explanation(kind))
        return
    found = find_rule(rule)
    if found is None:
        near = nearest(rule) or kinds.nearest(rule)
        hint = f"did you mean {near}?" if near else "scimgen rules lists them"
        print(f"scimgen: there is no rule {rule!r}; {hint}", file=sys.stderr)
        raise typer.Exit(2)
    print(explanation(found))
