"""How many SCIM documents come back equal in content: import, then what the description serves,
compared.

    python bench/round_trip.py PATH… [--together] [--all] [--show N]

PATH is a file or a folder of JSON. Each file is taken on its own, with --together the files of each
PATH as one service provider. Documents with errors are left out, with --all they are not.
Differences are counted by reason. What is not about the app, such as the schemas of the protocol,
is no difference, see scimgen/importing/compare.py.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from scimgen.diagnostics import Severity
from scimgen.documents import known_schema
from scimgen.importing.compare import Difference, Effect
from scimgen.importing.describe import CannotImport, describe
from scimgen.importing.read import read_documents
from scimgen.rules import check
from scimgen.source import Document, Unreadable
from scimgen.validation.inputs import files, read

_CHARACTERISTICS = (
    "type",
    "multiValued",
    "required",
    "canonicalValues",
    "caseExact",
    "mutability",
    "returned",
    "uniqueness",
    "referenceTypes",
)


@dataclass
class Result:
    """What came of some documents."""

    names: list[str]
    refused: str = ""
    differences: list[Difference] = field(default_factory=list)

    @property
    def reasons(self) -> set[str]:
        """Why they are not equal, each reason once."""
        return (
            {self.refused}
            if self.refused
            else {reason(difference) for difference in self.differences}
        )


def reason(difference: Difference) -> str:
    """The kind of a difference."""
    owner, what, effect = difference.owner, difference.what, difference.effect
    if owner == "ServiceProviderConfig":
        return f"ServiceProviderConfig: {what.partition('.')[0]}"
    if not what:
        kind = "schema" if ":" in owner else "resource type"
        known = "a known " if kind == "schema" and known_schema(owner) else "a "
        return f"{known}{kind} is {effect}"
    last = what.rpartition(".")[2]
    if last in _CHARACTERISTICS:
        return f"{last} is {effect}"
    if what.startswith("schemaExtensions"):
        return f"schemaExtensions is {effect}"
    if what in ("id", "name", "endpoint", "description", "schema") or last in (
        "name",
        "description",
    ):
        return f"{last} is {effect}"
    return f"an attribute is {'lost' if effect is Effect.LOST else effect}"


def is_sound(documents: list[Document]) -> bool:
    """Whether documents have no error."""
    if any(document.root is None for document in documents):
        return False
    return all(finding.severity is not Severity.ERROR for finding in check(documents, ()).findings)


def sets(paths: list[str], together: bool) -> Iterator[list[Document]]:
    """The documents that are imported as one: discovery documents, and nothing else of a folder."""
    for path in paths:
        found = []
        for file, _ in files([path]):
            try:
                document = read(file)
            except Unreadable as error:
                print(f"passed over: {error}", file=sys.stderr)
                continue
            if document.root is not None and not read_documents([document]).is_empty:
                found.append(document)
        if together and found:
            yield found
        elif not together:
            yield from ([document] for document in found)


def round_trip(documents: list[Document]) -> Result:
    """Import, and compare."""
    result = Result([document.source.name for document in documents])
    try:
        result.differences = describe(documents).differences
    except CannotImport as error:
        result.refused = f"no description: {str(error).partition(':')[0]}"
    return result


def main() -> None:
    """Count, and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("paths", nargs="+")
    parser.add_argument(
        "--together", action="store_true", help="the files of each PATH are one service provider"
    )
    parser.add_argument("--all", action="store_true", help="documents with errors too")
    parser.add_argument(
        "--show", type=int, default=0, help="how many differences of each file to print"
    )
    options = parser.parse_args()
    results = []
    for documents in sets(options.paths, options.together):
        if options.all or is_sound(documents):
            results.append(round_trip(documents))
    equal = [result for result in results if not result.reasons]
    print(f"{len(equal)} equal of {len(results)}")
    counted = Counter(reason for result in results for reason in result.reasons)
    alone = Counter(
        reason for result in results if len(result.reasons) == 1 for reason in result.reasons
    )
    for why, number in counted.most_common():
        print(f"{number:5}  {why}" + (f" ({alone[why]} alone)" if alone[why] else ""))
    for result in results if options.show else ():
        if result.reasons:
            print(f"\n{', '.join(result.names)}{': ' + result.refused if result.refused else ''}")
            for difference in result.differences[: options.show]:
                print(f"    {difference}")


if __name__ == "__main__":
    main()
