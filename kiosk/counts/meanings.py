"""What is counted together: a question of all versions in which it means the same.

Which those are follows from the packs that are installed here, and from no count: so the way in which counts
are put together tells nothing of them.
"""

from collections.abc import Sequence

from kiosk.counts.disclosure import Asked, Card, Table
from kiosk.counts.tally import Told
from kiosk.entry.meaning import form_in
from kiosk.pack.model import Pack, ScaleQuestion


class Meanings:
    """The questions of the versions of a pack that are known here, each in its newest form."""

    def __init__(self, packs: Sequence[Pack]) -> None:
        """Take the versions, newest first."""
        self.told: dict[Asked, Told] = {}
        """In the order in which they are asked."""
        for pack in packs:
            for section, question in pack.questions():
                asked = Asked(question.id, form_in(pack, question))
                points = question.points if isinstance(question, ScaleQuestion) else ()
                labels = tuple(point.label for point in points)
                if self.of(asked) not in self.told:
                    self.told[asked] = Told(section.title, question.summary, question.ask, labels)

    def of(self, asked: Asked) -> Asked:
        """Return the form under which answers to a question count."""
        for known in self.told:
            if known.question == asked.question and known.form.takes(asked.form):
                return known
        return Asked(asked.question, asked.form._replace(version=0))

    def table(self, true: Table) -> Table:
        """Return true counts with each question in the form under which it counts."""
        table = Table(true.entries)
        for scale, answers in true.scales.items():
            table.add(Table(scales={scale._replace(form=self.of(scale.asked).form): answers}))
        for card, number in true.cards.items():
            table.cards[Card(self.of(card.asked), card.label)] += number
        for asked, number in true.left_open.items():
            table.left_open[self.of(asked)] += number
        return table
