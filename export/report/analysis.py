"""A corpus becomes everything that its agreement report says, each thing computed once."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeAlias

from signalbook.export.agreement.all_measures import align, measures
from signalbook.export.agreement.corpus import Corpus
from signalbook.export.agreement.field_measures import Encoded, encoded
from signalbook.export.agreement.field_units import Layer, layers
from signalbook.export.agreement.measure import Measure, MeasureWithInterval, with_intervals
from signalbook.export.agreement.span_groups import Group
from signalbook.export.annotators.models import Models, fit_models
from signalbook.export.annotators.profiles import Profile, annotators
from signalbook.export.disagreement.comparison import Comparison, compare
from signalbook.export.disagreement.confusion import Confusion, count_confusions
from signalbook.export.disagreement.differences import Part, differences, parts
from signalbook.export.disagreement.kinds import Disagreement
from signalbook.export.disagreement.ranking import Disputed, disagreements

from .competence import competence_section
from .pairs import Pair, pairs
from .section import Section

Groups: TypeAlias = Sequence[Sequence[Group[int]]]
#: Units in the ranking of disagreements.
MOST_DISPUTED = 100
#: Random starts of MACE; the likeliest counts.
MACE_STARTS = 2


@dataclass(frozen=True)
class Findings:
    """What there is to find, before any of it is text; each part is computed when first asked."""

    corpus: Corpus
    #: Article id -> where its task is shown.
    links: Mapping[str, str]
    replicates: int
    seed: int
    #: What else to show of the findings, as tables.
    further: Callable[["Findings"], tuple[Section, ...]] = lambda _: ()

    @cached_property
    def groups(self) -> Groups:
        """For each article the spans that annotators mean to be the same."""
        return align(self.corpus)

    @cached_property
    def _measured(self) -> tuple[tuple[MeasureWithInterval, ...], tuple[Encoded, ...]]:
        """Every layer is made once, measured, and kept as numbers."""
        found: list[Encoded] = []

        def noted() -> Iterator[Layer]:
            for layer in layers(self.corpus, self.groups):
                found.append((replace(layer, rows=()), encoded(layer)))
                yield layer

        measured = measures(self.corpus, self.groups, fields=noted())
        return self.with_intervals(measured), tuple(found)

    @property
    def encoded(self) -> tuple[Encoded, ...]:
        """What annotators said of every field, as numbers."""
        return self._measured[1]

    @property
    def measures(self) -> tuple[MeasureWithInterval, ...]:
        """Every measure with its interval and verdict."""
        return self._measured[0]

    @cached_property
    def judged(self) -> tuple[MeasureWithInterval, ...]:
        """What has a target to reach."""
        return tuple(a for a in self.primary if a.measure.target is not None)

    @cached_property
    def primary(self) -> tuple[MeasureWithInterval, ...]:
        """The coefficients that are judged, or would be if they had a target."""
        return tuple(a for a in self.measures if not a.measure.name.secondary)

    @cached_property
    def secondary(self) -> tuple[MeasureWithInterval, ...]:
        """Further coefficients of the same fields; they explain, they do not judge."""
        return tuple(a for a in self.measures if a.measure.name.secondary)

    @cached_property
    def pairs(self) -> tuple[Pair, ...]:
        """The measures of every two annotators."""
        return tuple(pairs(self.corpus, self.encoded, (a.measure for a in self.primary)))

    @cached_property
    def annotators(self) -> tuple[Profile, ...]:
        """A profile of each annotator."""
        return annotators(self.corpus, self.groups, encoded=self.encoded)

    @cached_property
    def _compared(self) -> tuple[tuple[Disagreement, ...], tuple[Confusion, ...]]:
        """Every two annotators are compared once, for both."""
        found: list[Disagreement] = []

        def noted() -> Iterator[Comparison]:
            for comparison in compare(self.corpus, self.groups):
                found.extend(differences(comparison))
                yield comparison

        counted = tuple(count_confusions(noted(), self.corpus))
        return tuple(found), counted

    @property
    def disagreements(self) -> tuple[Disagreement, ...]:
        """Every disagreement of two annotators of an article."""
        return self._compared[0]

    @property
    def confusions(self) -> tuple[Confusion, ...]:
        """What is taken for what."""
        return self._compared[1]

    @cached_property
    def parts(self) -> Mapping[str, Part]:
        """Kinds of disagreement with their shares."""
        return parts(self.disagreements)

    @cached_property
    def disputed(self) -> tuple[Disputed, ...]:
        """The units that people differ on most."""
        return tuple(
            disagreements(self.corpus, self.disagreements, links=self.links, most=MOST_DISPUTED)
        )

    @cached_property
    def models(self) -> Models:
        """Models of the annotators, layer by layer."""
        return fit_models(
            self.corpus,
            self.groups,
            restarts=MACE_STARTS,
            seed=self.seed,
            encoded=self.encoded,
        )

    @cached_property
    def breakdowns(self) -> tuple[Section, ...]:
        """What else was asked for."""
        return self.further(self)

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """Further tables, each with a heading of its own."""
        return (*self.breakdowns, competence_section(self.models))

    @cached_property
    def simulated_annotators(self) -> tuple[str, ...]:
        """Annotators that are programs."""
        found = {
            d.annotator.id
            for d in self.corpus.documents.values()
            if d.annotator.tool == "simulated" or d.annotator.id.startswith("simulated")
        }
        return tuple(sorted(found))

    def with_intervals(self, found: Iterable[Measure]) -> tuple[MeasureWithInterval, ...]:
        """Measures with their intervals, resampled as all others are."""
        return tuple(with_intervals(found, self.corpus, replicates=self.replicates, seed=self.seed))
