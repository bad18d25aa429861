"""Write the generated parts of docs/ARCHITECTURE.md: for each package a diagram and a table of its
parts.

The parts and their order come from the contracts `layers-…` in pyproject.toml, the arrows from the
imports, and the descriptions from the first lines of the docstrings. `--check` writes nothing and
exits with 1 if the page is outdated.
"""

import ast
import re
import sys
import tomllib
from pathlib import Path

import grimp

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "ARCHITECTURE.md"
_GENERATED = re.compile(r"<!-- generated: (\w+) -->\n.*?<!-- end -->", re.DOTALL)


def parts_of(package: str) -> list[str]:
    """The parts of a package that exist, from the top layer to the bottom."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    layers = next(one["layers"] for one in contracts if one.get("containers") == [package])
    named = [name.strip().strip("()") for layer in layers for name in layer.split("|")]
    return [name for name in named if _source_of(package, name).is_file()]


def imports_of(package: str, parts: list[str]) -> dict[str, set[str]]:
    """For each part the other parts that its modules import."""
    graph = grimp.build_graph(package, cache_dir=None)
    found: dict[str, set[str]] = {part: set() for part in parts}
    for part in parts:
        inside = {f"{package}.{part}", *graph.find_descendants(f"{package}.{part}")}
        for module in inside:
            for imported in graph.find_modules_directly_imported_by(module):
                name = imported.removeprefix(f"{package}.").partition(".")[0]
                if name in found and name != part:
                    found[part].add(name)
    return found


def reduced(imports: dict[str, set[str]]) -> dict[str, set[str]]:
    """The imports without those that follow from others. There must be no cycle."""
    return {part: direct - _reachable(imports, direct) for part, direct in imports.items()}


def diagram(package: str) -> str:
    """The parts of a package and their imports, as Mermaid."""
    parts = parts_of(package)
    arrows = reduced(imports_of(package, parts))
    lines = ["```mermaid", "flowchart TB"]
    for part in parts:
        targets = [target for target in parts if target in arrows[part]]
        lines.append(f"    {part} --> {' & '.join(targets)}" if targets else f"    {part}")
    return "\n".join([*lines, "```"])


def table(package: str) -> str:
    """The parts of a package with the first paragraphs of their docstrings."""
    lines = [f"| `{package}/` | |", "| --- | --- |"]
    for part in parts_of(package):
        source = _source_of(package, part)
        name = f"{part}/" if source.name == "__init__.py" else source.name
        docstring = ast.get_docstring(ast.parse(source.read_text("utf-8"))) or ""
        summary = docstring.partition("\n\n")[0].replace("\n", " ")
        lines.append(f"| `{name}` | {summary} |")
    return "\n".join(lines)


def rendered(page: str) -> str:
    """The page with its generated parts as they should be now."""

    def replacement(found: re.Match[str]) -> str:
        package = found[1]
        return (
            f"<!-- generated: {package} -->\n{diagram(package)}\n\n{table(package)}\n<!-- end -->"
        )

    return _GENERATED.sub(replacement, page)


def _source_of(package: str, part: str) -> Path:
    folder = ROOT / package / part / "__init__.py"
    return folder if folder.is_file() else ROOT / package / f"{part}.py"


def _reachable(imports: dict[str, set[str]], starts: set[str]) -> set[str]:
    """Everything that the parts `starts` import, directly or not."""
    found: set[str] = set()
    waiting = set(starts)
    while waiting:
        new = imports[waiting.pop()] - found
        found |= new
        waiting |= new
    return found


def main() -> int:
    """Rewrite the page, or check it."""
    page = PAGE.read_text("utf-8")
    wanted = rendered(page)
    if "--check" not in sys.argv:
        PAGE.write_text(wanted, "utf-8", newline="\n")
        return 0
    if page != wanted:
        print("docs/ARCHITECTURE.md is outdated: run make golden")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
