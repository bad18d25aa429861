"""`scimgen explain`."""

import sys
from typing import Annotated

import typer


def explain(
    rule: Annotated[str, typer.Argument(metavar="RULE", help="The id, as a finding shows it in brackets.")],
) -> None:
    """Explain a rule: what must hold, why, by which clause, with a bad and a good example.

    Examples:  scimgen explain attr-type-invalid  ·  scimgen explain okta-entitlement-urn
    """
    from scimgen.rules import find_rule
    from scimgen.rules.pages import explanation, nearest

    found = find_rule(rule)
    if found is None:
        near = nearest(rule)
        mend = f"did you mean {near}?" if near else "scimgen rules lists them"
        print(f"scimgen: there is no rule {rule!r}; {mend}", file=sys.stderr)
        raise typer.Exit(2)
    print(explanation(found))
