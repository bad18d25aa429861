"""Ids begin with the time, so that new resources are side by side in the indexes."""

import time
import uuid

import pytest

from scimgen_server.service import ids


def test_an_id_is_a_uuid_that_begins_with_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Version 7 and variant 2 of RFC 9562, as Python's uuid reads them. A later id sorts after an earlier one."""
    made: list[str] = []
    for milliseconds in (1, 1_769_000_000_000, 1_769_000_000_001, 2**48 - 1):
        monkeypatch.setattr(time, "time_ns", lambda now=milliseconds: now * 1_000_000 + 999_999)
        made += [ids.new_id(), ids.new_id()]
        for one in map(uuid.UUID, made[-2:]):
            assert (one.version, one.variant, one.int >> 80) == (7, uuid.RFC_4122, milliseconds)
    assert len(set(made)) == len(made)
    assert sorted(made[::2]) == made[::2]
