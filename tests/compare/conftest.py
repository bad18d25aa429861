"""Fixtures of the tests of compare."""

from pathlib import Path

import pytest

from tests.compare.support import Sides


@pytest.fixture
def sides(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Sides:
    return Sides(tmp_path, capsys)
