"""What has to come first before a draft is tried out or goes live, and how that is said where it did not."""

from collections.abc import Collection, Iterator, Mapping

from kiosk.pack.change_log import ChangeLog, Review, question_hashes
from kiosk.pack.differences import differences
from kiosk.pack.library import Published
from kiosk.pack.model import Pack
from kiosk.text import counted


def unexplained(log: ChangeLog, draft: Pack, ids: Collection[str]) -> str:
    """Return that the change log does not say why questions changed, or not as they are now."""
    again = [one for one in ids if log.has_line(one, draft.version)]
    never = [one for one in ids if one not in again]
    said = []
    if never:
        were = counted(len(never), "question", "questions")
        said.append(f"does not say why {were} of the pack '{draft.id}' changed: {', '.join(never)}")
    if again:
        were = counted(len(again), "question of", "questions of")
        ending = "was changed after its line" if len(again) == 1 else "were changed after their lines"
        said.append(f"is behind: {were} the pack '{draft.id}' {ending} in it: {', '.join(again)}")
    add = f"'kiosk pack log {draft.id} --add QUESTION'"
    return f"The change log {', and '.join(said)}. Add a line for each: {add}."


def unread(log: ChangeLog, draft: Pack) -> Iterator[str]:
    """Yield what is lacking where no customer has read a draft as it is."""
    number = draft.version
    if any(one.customers for one in log.reviews_of(draft)):
        return
    record = f"'kiosk pack review {draft.id}' records"
    read = [one for one in log.reviews if one.version == number and one.customers]
    if not read:
        yield f"No customer took part in a review of version {number}: {record} one"
    elif ids := _changed_since(read[-1], draft):
        were = f"{counted(len(ids), 'question was', 'questions were')} changed after the review"
        yield f"{were} of version {number}: {', '.join(ids)}. {record} another one"
    else:
        said = "was changed after the review, but no question of it"
        yield f"Version {number} {said}. {record} another one"


def _changed_since(review: Review, draft: Pack) -> list[str]:
    """Return the ids of the questions that are not as a review read them, new and gone ones too."""
    now = question_hashes(draft)
    return [
        one for one in dict.fromkeys((*now, *review.questions)) if now.get(one) != review.questions.get(one)
    ]


def not_the(pilot: Pack, draft: Pack) -> str:
    """Return that a draft is not what was tried out, and in which questions."""
    ids = [one.question for one in differences(pilot, draft)]
    said, which = f"Version {draft.version} was not tried out.", f"the pilot, version {pilot.version}"
    if not ids:
        return f"{said} Its questions are those of {which}"
    return (
        f"{said} It differs from {which}, in {counted(len(ids), 'question', 'questions')}: {', '.join(ids)}"
    )


def tried(log: ChangeLog, number: int, pilot: Published | None) -> set[int]:
    """Return the pilots since a version other than `number` went live, each a version; ended ones too."""
    found = set[int]()
    for step in log.steps:
        if step.did == "pilot":
            found.add(step.version)
        elif step.did == "live" and step.version != number:  # a crash may leave the step alone
            found.clear()
    return found | ({pilot.number} if pilot else set())


def waiting(counts: Mapping[int, int]) -> Iterator[str]:
    """Yield what is lacking where comments wait for a decision: how many do, by the version of a pilot."""
    on = [str(one) for one, count in sorted(counts.items()) if count]
    if on:
        pilots, which = ("pilots", "versions") if on[1:] else ("pilot", "version")
        comments = counted(
            sum(counts.values()), f"comment on the {pilots} waits", f"comments on the {pilots} wait"
        )
        yield (
            f"{comments} for a decision ({which} {', '.join(on)}). To decide, open the desk (F12), "
            "press F3, then 7; 'kiosk comments' lists them"
        )
