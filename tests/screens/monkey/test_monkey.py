"""A monkey at the screens: a visit stays a visit, whatever comes. See docs/soak.md."""

import os

import pytest

from tests.screens.conftest import Kiosk
from tests.screens.monkey.pilot import Monkey
from tests.screens.monkey.steps import SEED, seeds

STEPS = 9_500 if "TORTURE" in os.environ else 2_000


@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", seeds(101))
def test_no_steps_leave_a_visit_show_another_s_words_or_damage_what_is_kept(kiosk: Kiosk, seed: int) -> None:
    monkey = Monkey(kiosk(), seed, int(os.environ.get("MONKEY_STEPS", STEPS)))
    monkey.run()
    assert monkey.visits > 1, "it never came to an end of one"
    assert monkey.pages or seed != SEED, "nothing was saved"
