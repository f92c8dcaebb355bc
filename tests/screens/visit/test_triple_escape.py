"""Which presses of Esc hide the screen, by when they arrived."""

from itertools import accumulate

import pytest

from screens.visit.triple_escape import TOGETHER, TripleEscape


def hides_at(*gaps: float) -> int:
    """Return at which press the screen hides, with these seconds between them; 0 where it does not."""
    escapes = TripleEscape()
    for n, (at, gap) in enumerate(zip(accumulate(gaps, initial=9.0), [*gaps, 9.0], strict=True), 1):
        if escapes.hides(at) or (escapes.may_hide and gap > TOGETHER):
            return n
    return 0


@pytest.mark.parametrize(
    "gaps",
    [
        (0.06, 0.06), (0.1, 0.1), (0.15, 0.15), (0.2, 0.2), (0.24, 0.24), (0.15, 0.08), (0.08, 0.15),
        (0.0, 0.0), (0.0, 0.2), (0.2, 0.0), (0.3, 0.0), (0.0, 0.01), (0.2, 0.12), (0.3, 0.1), (0.02, 0.02),
        (0.03, 0.04), (0.05, 0.05), (0.25, 0.25), (0.3, 0.3), (0.34, 0.34), (0.25, 0.4),
    ],
)  # fmt: skip
def test_three_quick_presses_hide(gaps: tuple[float, ...]) -> None:
    assert hides_at(*gaps) == 3
    assert hides_at(2.0, *gaps) == 4  # whatever was pressed long before


@pytest.mark.parametrize("pace", [0.06, 0.1, 0.15, 0.19, 0.29])
def test_three_quick_presses_hide_where_tmux_keeps_each_for_half_a_second(pace: float) -> None:
    escapes = TripleEscape()
    assert [(escapes.hides(at), escapes.may_hide) for at in (9.0, 9.0, 9.5 + pace)] == [
        (False, False), (False, False), (False, True),
    ]  # fmt: skip


@pytest.mark.parametrize("pace", [0.36, 0.4, 0.5, 0.7])
def test_going_back_at_a_walking_pace_under_tmux_never_hides(pace: float) -> None:
    escapes, came = TripleEscape(), 9.0
    for count in range(20):
        came += 0.0 if count % 2 else 2 * pace  # the second press lets the first one go
        assert not escapes.hides(came)
        assert not (escapes.may_hide and count % 2)
    assert not escapes.hides(came + pace + 0.5)
    assert not escapes.may_hide


def test_who_has_just_gone_back_hides_by_three_more() -> None:
    assert hides_at(0.4, 0.15, 0.15) in (3, 4)
    assert hides_at(0.4, 0.2, 0.2) in (3, 4)
    assert hides_at(0.35, 0.1, 0.1) in (3, 4)
    assert hides_at(0.35, 0.08, 0.11) == 4


@pytest.mark.parametrize("back", [0.2, 0.3, 0.5, 0.75])
@pytest.mark.parametrize(
    "gaps", [[0.1] * 6, [0.08, 0.11, 0.09, 0.1], [0.07, 0.085, 0.1, 0.075], [0.06, 0.09, 0.06]]
)
def test_who_hammers_esc_right_after_going_back_hides(back: float, gaps: list[float]) -> None:
    assert 3 <= hides_at(1.0, back, *gaps) <= 6


@pytest.mark.parametrize("pace", [0.36, 0.45, 0.5, 0.6, 1.0])
def test_going_back_at_a_walking_pace_never_hides(pace: float) -> None:
    assert hides_at(*[pace] * 20) == 0
    assert hides_at(pace) == 0


@pytest.mark.parametrize("delay", [0.25, 0.3, 0.4, 0.5, 0.66, 0.75])
@pytest.mark.parametrize("rate", [10.9, 15, 20, 25, 30, 33])
@pytest.mark.parametrize("jitter", [0, 0.008])
def test_a_held_key_never_hides_whatever_its_delay_and_rate(delay: float, rate: float, jitter: float) -> None:
    repeats = (1 / rate + jitter * (-1) ** n for n in range(60))
    assert hides_at(delay, *repeats) == 0
    assert hides_at(0.4, delay, *[1 / rate] * 20) == 0


def test_three_quick_presses_after_a_held_key_hide() -> None:
    assert hides_at(0.5, *[0.04] * 20, 0.3, 0.15, 0.15) == 24


@pytest.mark.parametrize("every", [0.0, 0.001, 0.03])
@pytest.mark.parametrize("scan", ["^k7qx^", "^k7qx", "k7qx^"])
def test_an_esc_of_a_scanner_never_hides(every: float, scan: str) -> None:
    escapes, at = TripleEscape(), 9.0
    for sign in scan * 6:
        at += every
        if sign == "^":
            assert not escapes.hides(at)
        else:
            escapes.types(at)


def test_three_quick_presses_in_the_middle_of_a_text_hide() -> None:
    escapes = TripleEscape()
    escapes.types(9.0)
    assert [escapes.hides(at) for at in (9.0, 9.1, 9.2)] == [False, False, True]
    escapes = TripleEscape()
    pressed = []
    for at in (9.0, 9.15, 9.3):
        pressed.append(escapes.hides(at))
        escapes.types(at + 0.07)
    assert pressed == [False, False, True]
