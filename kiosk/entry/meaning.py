"""How a question was asked, and which answers of two versions of a pack mean the same."""

from collections.abc import Sequence
from typing import Annotated, NamedTuple

import msgspec

from kiosk import mac, untrusted
from kiosk.entry.answers import kind_of
from kiosk.pack.model import AnyQuestion, Pack, ScaleQuestion

_DIGITS = 16
"""Of a digest: nobody looks for two questions that share them."""


class Form(NamedTuple):
    """How a question was asked."""

    kind: untrusted.Name = ""
    words: untrusted.Name = ""
    """The start of a digest of the question and, of a scale, of the words of its points."""
    values: Annotated[tuple[int, ...], msgspec.Meta(max_length=100)] = ()
    """Of a scale: the numbers of its points, in order."""
    since: int = 0
    """The version of its pack in which it began to mean what it means; 0 where nobody says."""
    version: int = 0
    """That of its pack; 0 where that is not known, or the pack is another one."""

    def takes(self, earlier: "Form") -> bool:
        """Tell whether what was answered to an earlier form may stand under this one.

        It may where the words are the same, or the authors say that the meaning is. Nobody can say that of
        points that are other ones.
        """
        if self.kind != earlier.kind:
            return False
        if self.since and 0 < earlier.version < self.version:
            return self.since <= earlier.version and self.values == earlier.values
        return self.words == earlier.words


def words_of_form(ask: str, labels: Sequence[str]) -> str:
    """Return what `Form.words` holds."""
    return mac.digest(ask, *labels)[:_DIGITS]


def form_in(pack: Pack, question: AnyQuestion) -> Form:
    """Return how a pack asks one of its questions."""
    points = question.points if isinstance(question, ScaleQuestion) else ()
    words = words_of_form(question.ask, [point.label for point in points])
    values = tuple(point.value for point in points)
    return Form(kind_of(question), words, values, question.since, pack.version)
