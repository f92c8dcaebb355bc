"""Which languages customers can choose, and why another one is not among them: one rule for all who ask."""

from msgspec import structs

from kiosk.pack.model import Pack
from kiosk.settings.offered import languages_of
from kiosk.settings.texts import Languages
from tests.packs import small

EVERY = ("pl", "uk", "ar", "fa")


def pack(*languages: str) -> Pack:
    return structs.replace(small(), languages=languages)


def test_what_is_set_spoken_and_in_the_pack_is_offered_after_the_packs_own() -> None:
    found = languages_of(pack("pl", "de", "ar", "cy"), Languages(offered=("uk", "ar", "de", "pl", "en")))
    assert found.tags == ("en", "ar", "pl")
    assert found.why_not == {"uk": "not in the pack", "de": "not spoken", "cy": "not set"}


def test_a_draft_offers_whatever_it_is_in_and_the_program_speaks() -> None:
    found = languages_of(pack("pl", "de"), Languages(offered=("uk",)), draft=True)
    assert (found.tags, found.why_not) == (("en", "pl"), {"de": "not spoken"})


def test_what_is_read_from_right_to_left_is_not_offered_where_the_screen_cannot_show_it() -> None:
    wanted = Languages(offered=EVERY)
    found = languages_of(pack(*EVERY), wanted, few_signs=True)
    assert (found.tags, found.why_not) == (("en", "pl", "uk"), dict.fromkeys(("ar", "fa"), "no letters"))
    turning = structs.replace(wanted, terminal_turns=True)
    round_again = dict.fromkeys(("ar", "fa"), "turned round")
    for few_signs in (False, True):
        found = languages_of(pack(*EVERY), turning, few_signs=few_signs)
        assert (found.tags, found.why_not) == (("en", "pl", "uk"), round_again)


def test_the_language_of_the_pack_is_always_there() -> None:
    arabic = structs.replace(pack(), language="ar")
    found = languages_of(arabic, Languages(terminal_turns=True), few_signs=True)
    assert (found.tags, found.why_not) == (("ar",), {})
