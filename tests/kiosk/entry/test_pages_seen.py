"""What a page keeps of a visit in another language, and how much room that takes."""

from datetime import UTC, datetime

from msgspec import structs

from kiosk.content import content
from kiosk.entry.answers import Answer, Cards
from kiosk.entry.pages import PAGE_BLOCK, page_from_bytes, page_of, page_to_bytes
from kiosk.pack.model import ChoiceQuestion, Pack, ScaleQuestion, TextQuestion
from kiosk.pack.pack_files import translation_of
from kiosk.pack.translation import translated
from tests.packs import default_pack

NOW = datetime(2026, 3, 4, 10, 30, tzinfo=UTC)
READER = "age1dc5rrtj95dg86vzfckc9tt23ycy9yjtnemqu2p9zx6lcx7qkt9gsh0zkuu"


def read_in(pack: Pack, tag: str) -> Pack:
    file = content() / "packs" / translation_of(pack.id, tag)
    return structs.replace(translated(pack, tag, file.read_bytes()), own=pack)


def all_answered(pack: Pack) -> dict[str, Answer]:
    given: dict[str, Answer] = {"my_strengths": Cards(("self_keep_word", "self_laugh"), ("Cooking",))}
    for _, question in pack.questions():
        match question:
            case ScaleQuestion(points=points):
                given[question.id] = points[1].value
            case ChoiceQuestion(several=True, options=options):
                given[question.id] = tuple(option.id for option in options[:2])
            case ChoiceQuestion(options=options):
                given[question.id] = options[0].id
            case TextQuestion():
                given[question.id] = "A few words on it. " * 6
    return given


def test_what_most_people_say_takes_the_same_room_in_every_language() -> None:
    pack = default_pack()
    sizes = {
        tag: len(
            page_to_bytes(page_of(read_in(pack, tag), all_answered(pack), name="N", made=NOW, reader=READER))
        )
        for tag in pack.languages
    }
    assert len(sizes) == 7
    assert max(sizes.values()) <= PAGE_BLOCK, sizes


def test_own_words_are_kept_once_and_read_as_they_were_written() -> None:
    pack = default_pack()
    page = page_of(read_in(pack, "uk"), {"good_day": "Сонце"}, name="N", made=NOW)
    kept = page_to_bytes(page)
    assert kept.count("Сонце".encode()) == 2  # as a value, and as words
    answered = next(one for one in page.answers() if one.id == "good_day")
    assert answered.as_seen.words == ("Сонце",)
    assert answered.as_seen.ask != answered.ask
    assert page_from_bytes(kept) == page
    assert all(one.seen is None for one in page.answers() if one.id != "good_day")
