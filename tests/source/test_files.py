"""What is not a plain, readable file is refused in one sentence."""

import os
from pathlib import Path

import pytest

from scimgen.source import Unreadable, read_bytes, read_file


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """No traceback, the path and the reason."""
    with pytest.raises(Unreadable, match=r"nowhere\.json: no such file or directory"):
        read_bytes(tmp_path / "nowhere.json")


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    """A folder is refused by name."""
    with pytest.raises(Unreadable, match="is a"):
        read_bytes(tmp_path)


def test_a_fifo_does_not_wait_for_a_writer(tmp_path: Path) -> None:
    """Opening a FIFO that nobody writes to comes back at once."""
    fifo = tmp_path / "fifo.json"
    os.mkfifo(fifo)
    with pytest.raises(Unreadable, match="not a regular file"):
        read_bytes(fifo)


def test_a_large_file_is_not_read(tmp_path: Path) -> None:
    """The size is looked at first; the file may be sparse."""
    large = tmp_path / "large.json"
    with large.open("wb") as file:
        file.truncate(3 << 20)
    with pytest.raises(Unreadable, match="3 MiB, more than 1 MiB"):
        read_bytes(large, limit=1 << 20)


@pytest.mark.parametrize(("name", "text"), [("a.txt", '{"a": 1}'), ("a.txt", "a: 1"), ("a.yml", "a: 1")])
def test_the_language_is_seen_by_name_or_first_character(tmp_path: Path, name: str, text: str) -> None:
    """A file of another ending is JSON if it begins like JSON."""
    (tmp_path / name).write_text(text)
    assert read_file(tmp_path / name).faults == ()
