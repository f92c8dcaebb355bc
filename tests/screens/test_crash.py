"""What nobody foresaw: the visit ends with the code of a crash, and nothing is told but to the log."""

from functools import partial
from typing import NoReturn

import pytest
from textual.worker import WorkerFailed

from kiosk.hardening import CRASHED
from screens.desk.list_screen import EntriesScreen
from screens.widgets.check_screen import CheckScreen
from screens.widgets.question_screen import QuestionScreen
from screens.widgets.text_field import TextField
from tests.screens.conftest import PASSPHRASE, Kiosk
from tests.visitor import CHECK, Visitor, desk, saver_of, visit


def _breaks(*_: object, **__: object) -> NoReturn:
    raise LookupError("brindle")


@pytest.mark.parametrize(
    ("where", "method", "keys"),
    [
        (QuestionScreen, "action_skip", ["f2"]),
        (TextField, "on_key", ["x"]),
        (QuestionScreen, "compose", ["escape"]),
        (CheckScreen, "on_mount", ["f10", "enter"]),
    ],
)
async def test_an_error_in_a_page_ends_the_visit_quietly(
    kiosk: Kiosk,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    where: type,
    method: str,
    keys: list[str],
) -> None:
    told: list[BaseException] = []
    entered: list[Visitor] = []

    async def walk() -> None:
        async with visit(kiosk(), at="goal", given={"day": "brindle"}, report=told.append) as visitor:
            entered.append(visitor)
            monkeypatch.setattr(where, method, _breaks)
            for key in keys:
                if not told:
                    await visitor.presses(key)

    with pytest.raises(LookupError, match="brindle"):
        await walk()
    assert entered[0].app.return_code == CRASHED
    assert [type(error) for error in told] == [LookupError]
    assert capfd.readouterr() == ("", "")


async def test_an_error_while_saving_that_nobody_foresaw_ends_the_visit_quietly(
    kiosk: Kiosk, capfd: pytest.CaptureFixture[str]
) -> None:
    told: list[BaseException] = []
    entered: list[Visitor] = []
    session = kiosk()

    async def walk() -> None:
        saver = saver_of(session, derive=_breaks)
        async with visit(session, at=CHECK, saver=saver, report=told.append) as visitor:
            entered.append(visitor)
            await visitor.saves()

    with pytest.raises(WorkerFailed, match="brindle"):
        await walk()
    assert entered[0].app.return_code == CRASHED
    assert [type(error) for error in told] == [LookupError]
    assert capfd.readouterr() == ("", "")
    assert session.vault.rows() == ()


async def test_an_error_at_the_desk_ends_it_quietly(
    kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    told: list[BaseException] = []

    async def walk() -> None:
        async with desk(kiosk(), report=told.append) as member:
            monkeypatch.setattr(EntriesScreen, "body", _breaks)
            await member.unlocks(PASSPHRASE)

    with pytest.raises(LookupError, match="brindle"):
        await walk()
    assert type(told[0]) is LookupError
    assert capfd.readouterr() == ("", "")


async def test_the_first_paint_is_told_once(kiosk: Kiosk) -> None:
    session = kiosk()
    for person in (visit, desk):
        shown: list[None] = []
        async with person(session, shown=partial(shown.append, None)) as somebody:
            assert shown == [None]
            assert somebody.screen_text().strip()
            await somebody.presses("enter", "enter")
            assert shown == [None]
