"""Write the rules for readers: a list, the page of one rule, and the page of all rules."""

from collections.abc import Iterator
from difflib import get_close_matches

from scimgen.clients import CLIENTS, PROFILES
from scimgen.rules.rule import Rule, all_rules

_HEADINGS = {
    "": "The RFCs",
    **{profile.id: profile.title for profile in PROFILES},
    "description": "Descriptions",
}


def listing(client: str = "") -> Iterator[str]:
    """Write one line per rule: id, severity, client, title.

    >>> next(listing()).split()[:2]
    ['json-syntax', 'error']
    """
    for rule in all_rules():
        if not client or rule.client == client:
            yield f"{rule.id:30} {rule.severity!s:8} {rule.client:11} {rule.title}"


def as_data(client: str = "") -> list[dict[str, str]]:
    """The list of rules as data for programs."""
    return [
        {
            "id": rule.id,
            "severity": str(rule.severity),
            "client": rule.client,
            "title": rule.title,
            "why": rule.why,
            "source": rule.source,
            "bad": rule.bad,
            "good": rule.good,
        }
        for rule in all_rules()
        if not client or rule.client == client
    ]


def explanation(rule: Rule) -> str:
    """Write the page of one rule."""
    client = f", {_HEADINGS[rule.client]}" if rule.client else ""
    parts = [
        f"{rule.id} ({rule.severity}{client})",
        f"{rule.title}.",
        rule.why,
        f"Source: {rule.source}",
        f"bad:   {rule.bad}",
        f"good:  {rule.good}",
    ]
    return "\n\n".join(part for part in parts[:4] if part) + "\n\n" + "\n".join(parts[4:])


def nearest(id: str) -> str:
    """The most similar id of a rule, or ""."""
    found = get_close_matches(id.lower(), [rule.id for rule in all_rules()], n=1, cutoff=0.5)
    return found[0] if found else ""


def page() -> str:
    """Write the page of all rules, which is `docs/rules.md`."""
    lines = [
        "# The rules of `scimgen validate`",
        "",
        "<!-- Written by `scimgen rules --format markdown`; a test keeps it current. -->",
        "",
        (
            "Error: the specification has MUST, SHALL or REQUIRED. Warning: SHOULD, or legal but"
            " harmful. Info: legal,"
        ),
        "but a default applies. `scimgen explain RULE` shows one rule.",
    ]
    for client, heading in _HEADINGS.items():
        lines += ["", f"## {heading}", ""]
        lines.append(f"With `--client {client}`." if client in CLIENTS else "Always.")
        for rule in all_rules():
            if rule.client == client:
                lines += [
                    "",
                    f"### {rule.id}",
                    "",
                    f"*{rule.severity}* · {rule.source}",
                    "",
                    f"{rule.title}.",
                ]
                lines += ["", rule.why] if rule.why else []
                lines += ["", "```json5", f"// bad\n{rule.bad}", f"// good\n{rule.good}", "```"]
    return "\n".join(lines) + "\n"
