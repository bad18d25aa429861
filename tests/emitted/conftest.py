"""The examples, emitted and running, once for each worker."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import EXAMPLES, Running, emit_into, running


def _example(name: str, factory: pytest.TempPathFactory) -> Iterator[Running]:
    root: Path = factory.mktemp(name)
    (root / "project").mkdir()
    app = emit_into(EXAMPLES[name], root / "project")
    with running(app, root / "project", root) as server:
        yield server


@pytest.fixture(scope="session")
def crm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """examples/crm, running."""
    yield from _example("crm", tmp_path_factory)


@pytest.fixture(scope="session")
def collaboration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """examples/collaboration, running."""
    yield from _example("collaboration", tmp_path_factory)
