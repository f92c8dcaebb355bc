"""What tests of upkeep share."""

from collections.abc import Iterator

import pytest

from tests.conftest import shelves_when_needed


@pytest.fixture(scope="package", autouse=True)
def few_shelves() -> Iterator[None]:
    with shelves_when_needed():
        yield
