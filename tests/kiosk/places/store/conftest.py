"""A store for tests of what uses one."""

from collections.abc import Iterator

import pytest

from tests.kiosk.places.store.stub_store import StubStore, stub_store


@pytest.fixture
def store() -> Iterator[StubStore]:
    with stub_store() as store:
        yield store
