from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tinydb import TinyDB, where
from tinydb.table import Document as _Document

from kiosk.vault.tables import LogStorage, LogTable

Document: Any = _Document  # TinyDB declares its ids as numbers; here they are texts


class _Database(TinyDB):
    table_class = LogTable


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "log"


@pytest.fixture
def database(path: Path) -> Iterator[TinyDB]:
    with _Database(path, storage=LogStorage) as database:
        yield database


@pytest.fixture
def table(database: TinyDB) -> Any:
    table = database.table("t")
    table.insert_multiple(
        [Document({"n": n, "inner": {"list": [n]}}, doc_id=id_) for n, id_ in enumerate("abc")]
    )
    return table


def test_documents_are_found_by_query_and_by_id(table: Any) -> None:
    assert [found.doc_id for found in table.search(where("n") > 0)] == ["b", "c"]
    assert table.get(doc_id="b")["n"] == 1
    assert table.get(doc_id="z") is None
    assert len(table) == 3


def test_an_update_appends_the_changed_document_alone(table: Any, path: Path) -> None:
    before = path.read_bytes()
    table.update({"n": 9}, where("n") == 1)
    added = path.read_bytes().removeprefix(before)
    assert added.endswith(b' [["put","t","b",{"n":9,"inner":{"list":[1]}}]]\n')
    assert added.count(b"\n") == 1


def test_an_update_that_changes_nothing_writes_nothing(table: Any, path: Path) -> None:
    before = path.read_bytes()
    assert table.update({"n": 1}, doc_ids=["b"]) == ["b"]
    assert table.update({"n": 1}, doc_ids=["z"]) == []
    assert path.read_bytes() == before


def test_a_number_that_becomes_a_truth_value_is_a_change(table: Any) -> None:
    table.update({"n": True}, doc_ids=["b"])
    assert table.get(doc_id="b")["n"] is True


def test_an_updater_that_fails_half_way_changes_nothing(table: Any) -> None:
    def breaks(document: Any) -> None:
        document["inner"]["list"].append("changed")
        raise LookupError

    with pytest.raises(LookupError):
        table.update(breaks, doc_ids=["a"])
    assert table.get(doc_id="a") == {"n": 0, "inner": {"list": [0]}}


def test_removing_truncating_and_dropping_outlive_reopening(table: Any, database: TinyDB, path: Path) -> None:
    table.remove(doc_ids=["a"])
    database.table("u").insert(Document({}, doc_id="x"))
    database.table("v").insert(Document({}, doc_id="y"))
    database.table("u").truncate()
    database.drop_table("v")
    with _Database(path, storage=LogStorage, read_only=True) as fresh:
        assert fresh.tables() == {"t", "u"}
        assert [found.doc_id for found in fresh.table("t")] == ["b", "c"]
        assert len(fresh.table("u")) == 0
    database.drop_tables()
    assert database.tables() == set()


def test_a_search_is_not_answered_from_a_cache_that_others_made_stale(table: Any, path: Path) -> None:
    query = where("n") == 7
    assert table.search(query) == []
    with _Database(path, storage=LogStorage) as other:
        other.table("t").insert(Document({"n": 7}, doc_id="d"))
    assert [found.doc_id for found in table.search(query)] == ["d"]


def test_an_id_that_is_taken_is_refused(table: Any) -> None:
    with pytest.raises(ValueError, match="already exists"):
        table.insert(Document({}, doc_id="a"))


def test_a_document_without_an_id_is_refused(table: Any) -> None:
    with pytest.raises(ValueError, match="its id"):
        table.insert({"n": 1})


def test_the_storage_takes_a_whole_database(path: Path) -> None:
    storage = LogStorage(path)
    assert storage.read() is None
    storage.write({"t": {"a": {"n": 1}, "b": {}}, "empty": {}})
    storage.write({"t": {"a": {"n": 2}}, "empty": {}})
    assert LogStorage(path, read_only=True).read() == {"t": {"a": {"n": 2}}, "empty": {}}
    storage.close()
