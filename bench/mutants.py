"""Measure how many small faults the tests of a module find (its mutation score).

    python bench/mutants.py [edit] [walk] [sql] [patch] [--count 30] [--seed 1]

For each target, a fixed sample of mutants is drawn. A mutant is the source with one change: another
comparison, `and` for `or`, a constant that is off by one, a removed statement, swapped arguments,
or a removed `not`. The tests of the module run on each mutant in a copy of the repository. A mutant
is killed if a test fails or does not end. Every survivor is printed: it needs a test, or an entry
in `EQUIVALENT` with the reason why no test can see it.
"""

import argparse
import ast
import copy
import io
import os
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COPIED = ("docs", "examples", "schemas", "scimgen", "scimgen_server", "templates", "tests")
COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
REMOVED = (
    ast.Assign,
    ast.AugAssign,
    ast.Expr,
    ast.Return,
    ast.Raise,
    ast.Continue,
    ast.Break,
    ast.Delete,
)


@dataclass(frozen=True)
class Target:
    """Modules, and the tests that are theirs.

    Args:
        modules: The modules that are changed.
        tests: The arguments of pytest.
    """

    modules: tuple[str, ...]
    tests: tuple[str, ...]


TARGETS = {
    "edit": Target(
        ("scimgen/fixes/edit.py",),
        (
            "scimgen/fixes/edit.py",
            "tests/validate/test_fix_edits.py",
            "tests/validate/test_fix.py",
            "tests/validate/test_fix_cases.py",
        ),
    ),
    "walk": Target(
        ("scimgen/rules/walk.py",), ("tests/rules/test_walk.py", "tests/rules/test_rules.py")
    ),
    "sql": Target(
        ("scimgen_server/storage/query.py", "scimgen_server/storage/clauses.py"),
        (
            "tests/server/test_filters.py",
            "tests/server/test_resources.py",
            "-k",
            "not memory",
        ),
    ),
    "patch": Target(
        tuple(
            f"scimgen_server/patch/{name}.py"
            for name in ("apply", "multi_valued", "operations", "paths", "value_writer")
        ),
        (
            "tests/server/test_patch_operations.py",
            "tests/server/test_patch.py",
            "tests/server/test_entra.py",
            "-k",
            "not memory",
        ),
    ),
}
_EDIT, _QUERY = "scimgen/fixes/edit.py", "scimgen_server/storage/query.py"
_MARK = "any position before the first character is the same"
EQUIVALENT: dict[tuple[str, str], str] = {
    (_EDIT, "BOM = Edit(-1, 0, '') -> BOM = Edit(-2, 0, '')"): _MARK,
    (_EDIT, "BOM = Edit(-1, 0, '') -> BOM = Edit(0, -1, '')"): _MARK,
    (
        _QUERY,
        "return (f'(SELECT {text} FROM {source} LIMIT 1)', [*more, *parameters]) -> pass",
    ): "the statement for complex values sorts by a constant, and has the same first value",
}
"""The reason why no test can see a mutant, by its module and its change."""
# Imported before the first run, so that each run starts in milliseconds.
PRELOADED = ("pytest", "httpx", "hypothesis", "pydantic", "starlette.applications", "uvicorn")


@dataclass(frozen=True)
class Mutant:
    """One change of one module.

    Args:
        module: The path of the module.
        line: The line of the change.
        change: The statement before and after the change.
        source: The text of the changed module.
    """

    module: str
    line: int
    change: str
    source: str


def changes(node: ast.AST) -> Iterator[ast.AST]:
    """Return each changed copy of a node, without its children."""
    if isinstance(node, ast.Compare):
        for index, operator in enumerate(node.ops):
            changed = copy.deepcopy(node)
            changed.ops[index] = COMPARISONS[type(operator)]()
            yield changed
    elif isinstance(node, ast.BoolOp):
        changed_operator = copy.deepcopy(node)
        changed_operator.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield changed_operator
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield ast.Constant(not node.value)
    elif isinstance(node, ast.Constant) and isinstance(node.value, int):
        yield ast.Constant(node.value + 1)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield node.operand
    elif isinstance(node, ast.Call) and len(node.args) > 1:
        first, second = node.args[:2]
        if not isinstance(first, ast.Starred) and not isinstance(second, ast.Starred):
            swapped = copy.deepcopy(node)
            swapped.args[:2] = reversed(swapped.args[:2])
            yield swapped
    elif isinstance(node, REMOVED):
        yield ast.Pass()


def skipped(node: ast.AST, name: str) -> bool:
    """Whether a part of a node has no mutants: annotations, decorators, assertions, docstrings."""
    if name in ("annotation", "returns", "decorator_list", "type_params"):
        return True
    if isinstance(node, ast.Assert | ast.Import | ast.ImportFrom):
        return True
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def sites(
    node: ast.AST, statement: ast.stmt | None
) -> Iterator[tuple[ast.AST, str, int, ast.stmt]]:
    """Find every place below a node that can be changed.

    Returns:
        The parent, the name of its field, the index in the field or -1, and the statement.
    """
    for name, value in ast.iter_fields(node):
        parts = value if isinstance(value, list) else [value]
        for index, part in enumerate(parts):
            if not isinstance(part, ast.AST) or skipped(part, name):
                continue
            around = part if isinstance(part, ast.stmt) else statement
            if around is not None:
                yield node, name, index if isinstance(value, list) else -1, around
            yield from sites(part, around)


def head(statement: ast.AST) -> str:
    """The first line of a statement without its docstring or body."""
    return ast.unparse(statement).splitlines()[0]


def mutants(module: str) -> Iterator[Mutant]:
    """Build all mutants of a module."""
    tree = ast.parse((ROOT / module).read_text("utf-8"))
    for parent, name, index, statement in list(sites(tree, None)):
        field = getattr(parent, name)
        node = field if index < 0 else field[index]
        before = ast.unparse(statement)
        for changed in changes(node):
            put(parent, name, index, changed)
            after = "pass" if node is statement else ast.unparse(statement)
            source = ast.unparse(ast.fix_missing_locations(tree))
            put(parent, name, index, node)
            if after == before:
                continue  # swapped arguments that are equal
            yield Mutant(module, statement.lineno, difference(before, after), source)


def put(parent: ast.AST, name: str, index: int, node: ast.AST) -> None:
    """Replace a part of a node."""
    if index < 0:
        setattr(parent, name, node)
    else:
        getattr(parent, name)[index] = node


def difference(before: str, after: str) -> str:
    """The first line that differs, before and after."""
    for old, new in zip(before.splitlines(), after.splitlines(), strict=False):
        if old != new:
            return f"{old.strip()} -> {new.strip()}"
    return f"{before.splitlines()[0]} -> {after}"


def run(folder: Path, tests: tuple[str, ...], seconds: float) -> tuple[bool, str]:
    """Run tests in a new process.

    Returns:
        Whether all of them pass in time, and the output.
    """
    log = folder / "output.txt"
    process = os.fork()
    if process == 0:
        code = 1
        try:
            os.setsid()
            os.chdir(folder)
            sys.path.insert(0, str(folder))
            with log.open("w") as output, redirect_stdout(output), redirect_stderr(output):
                code = call_pytest(tests)
        finally:
            os._exit(code)
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        done, status = os.waitpid(process, os.WNOHANG)
        if done:
            return status == 0, log.read_text("utf-8", "replace")
        time.sleep(0.05)
    os.killpg(process, 9)
    os.waitpid(process, 0)
    return False, "no end"


def call_pytest(tests: tuple[str, ...]) -> int:
    """Run pytest in this process, up to the first failure."""
    import pytest

    return int(pytest.main(["-x", "-q", "--no-header", "--tb=line", *tests]))


def measure(name: str, count: int, seed: int) -> bool:
    """Run the mutants of a target and print the survivors.

    Returns:
        Whether at least 90 % of those that are not equivalent are killed.
    """
    target = TARGETS[name]
    drawn = [mutant for module in target.modules for mutant in mutants(module)]
    sample = random.Random(seed).sample(drawn, min(count, len(drawn)))
    tests = tuple(
        test for test in target.tests if not test.startswith("tests/") or (ROOT / test).exists()
    )
    with tempfile.TemporaryDirectory(prefix="mutants-") as made:
        folder = Path(made)
        for part in COPIED:
            ignored = shutil.ignore_patterns("__pycache__", "golden")
            shutil.copytree(ROOT / part, folder / part, ignore=ignored)
        shutil.copy(ROOT / "pyproject.toml", folder)
        began = time.monotonic()
        passed, output = run(folder, tests, 300)
        if not passed:
            raise SystemExit(f"{name}: the tests fail without a change\n{output}")
        limit = 3 * (time.monotonic() - began) + 5
        survivors = [mutant for mutant in sample if survives(mutant, folder, tests, limit)]
    unexplained = [mutant for mutant in survivors if reason(mutant) is None]
    possible = len(sample) - (len(survivors) - len(unexplained))
    killed = len(sample) - len(survivors)
    print(
        f"{name}: {killed} of {possible} killed ({killed / possible:.0%}),"
        f" {len(sample) - possible} equivalent; {len(drawn)} possible mutants",
        flush=True,
    )
    for mutant in survivors:
        equivalent = reason(mutant)
        kind = f"equivalent, {equivalent}" if equivalent else "survives"
        print(f"  {mutant.module}:{mutant.line}: {kind}: {mutant.change}", flush=True)
    return killed >= 0.9 * possible


def reason(mutant: Mutant) -> str | None:
    """Why a mutant is equivalent, or None."""
    return EQUIVALENT.get((mutant.module, mutant.change))


def survives(mutant: Mutant, folder: Path, tests: tuple[str, ...], limit: float) -> bool:
    """Whether all tests pass on a mutant."""
    path = folder / mutant.module
    original = path.read_text("utf-8")
    path.write_text(mutant.source, "utf-8")
    try:
        return run(folder, tests, limit)[0]
    finally:
        path.write_text(original, "utf-8")


def main() -> int:
    """Measure the targets that are named, or all."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("targets", nargs="*", choices=[*TARGETS, []], default=[*TARGETS])
    parser.add_argument("--count", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    os.environ.setdefault("SCIM_TEST_DATABASES", "sqlite")
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    sys.dont_write_bytecode = True
    with redirect_stdout(io.StringIO()):
        for module in PRELOADED:
            __import__(module)
    enough = [measure(name, options.count, options.seed) for name in options.targets]
    return 0 if all(enough) else 1


if __name__ == "__main__":
    raise SystemExit(main())
