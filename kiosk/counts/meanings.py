"""What is counted together: a question of all versions in which it means the same.

Which those are follows from the packs that are installed here, and from no count: so the way in which counts
are put together tells nothing of them.
"""

from collections.abc import Mapping, Sequence
from datetime import date

from kiosk.counts.disclosure import Asked, Card, Table
from kiosk.counts.tally import Told
from kiosk.counts.visits import Visits
from kiosk.entry.meaning import form_in
from kiosk.pack.model import Pack, ScaleQuestion


class Meanings:
    """The questions of the versions of a pack that are known here, each in its newest form."""

    def __init__(self, packs: Sequence[Pack], days: Mapping[int, date] | None = None) -> None:
        """Take the versions, that which is in use first and then the newest, and when each came into use."""
        self.told: dict[Asked, Told] = {}
        """In the order in which they are asked."""
        self.began: dict[Asked, date] = {}
        """When the first version came into use in which a question means that, where it is known."""
        for pack in packs:
            for section, question in pack.questions():
                asked = Asked(question.id, form_in(pack, question))
                known = self.of(asked)
                if known not in self.told:
                    points = question.points if isinstance(question, ScaleQuestion) else ()
                    labels = tuple(point.label for point in points)
                    known = asked
                    self.told[known] = Told(section.title, question.summary, question.ask, labels)
                day = (days or {}).get(pack.version)
                if day is not None:
                    self.began[known] = min(day, self.began.get(known, day))
        self.in_use = frozenset(list(self.told)[: len([*packs[0].questions()])] if packs else ())
        """Those of the version that is in use."""

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

    def visits(self, true: Visits) -> Visits:
        """Return how visits went with each question in the form under which it counts."""
        found = Visits([*true.times])
        for counts, into in ((true.went_back, found.went_back), (true.stopped, found.stopped)):
            for asked, number in counts.items():
                into[self.of(asked)] += number
        return found
