"""Compute what an agreement report says, each thing once: the measures, then what explains them."""

from collections.abc import Mapping
from dataclasses import dataclass

from signalbook.export.agreement.all_measures import measures
from signalbook.export.agreement.coded_corpus import CodedCorpus, code_corpus
from signalbook.export.agreement.corpus import Corpus
from signalbook.export.agreement.measure import MeasureName, MeasureWithInterval, with_intervals
from signalbook.export.agreement.pairs import Pair, measure_pairs
from signalbook.export.annotators.models import Models, fit_models
from signalbook.export.annotators.profiles import AnnotatorProfile, annotator_profiles
from signalbook.export.disagreement.confusion import Confusion
from signalbook.export.disagreement.differences import KindShare, decompose, kind_shares
from signalbook.export.disagreement.ranking import ContestedUnit, contested_units
from signalbook.export.disagreement.settled import SettledConfusion, best_settled
from signalbook.schema.progress import OnStep, silent

from .undisturbed import undisturbed

#: Units in the ranking of disagreements.
MAX_CONTESTED = 100
#: Random starts of MACE; the likeliest counts.
MACE_STARTS = 2


@dataclass(frozen=True)
class MeasuredCorpus:
    """A corpus with its measures."""

    #: The annotations, aligned and as numbers.
    coded: CodedCorpus
    #: With their intervals and verdicts.
    measures: tuple[MeasureWithInterval, ...]
    #: Seed of whatever is drawn at random.
    seed: int

    @property
    def corpus(self) -> Corpus:
        """The annotations."""
        return self.coded.corpus

    @property
    def primary(self) -> tuple[MeasureWithInterval, ...]:
        """The coefficients that fields and spans are judged by, or would be with a target."""
        return tuple(r for r in self.measures if not r.measure.name.secondary)

    @property
    def secondary(self) -> tuple[MeasureWithInterval, ...]:
        """Further coefficients of the same; they explain, they do not judge."""
        return tuple(r for r in self.measures if r.measure.name.secondary)

    @property
    def judged(self) -> tuple[MeasureWithInterval, ...]:
        """The primary coefficients that have a target."""
        return tuple(r for r in self.primary if r.measure.target is not None)

    @property
    def share_matched(self) -> Mapping[str, float | None]:
        """Span type -> share of its spans that another annotator marked, too: what its fields rest on."""
        return {
            result.measure.name.unit: result.measure.value
            for result in self.measures
            if result.measure.name.coefficient == "share_matched"
        }


@dataclass(frozen=True)
class Analysis:
    """Measures, and what explains them: what annotators differ in, and who they are."""

    measured: MeasuredCorpus
    #: How many times two annotators of an article differ.
    disagreements: int
    #: What is taken for what.
    confusions: tuple[Confusion, ...]
    #: Kind of disagreement -> its share.
    shares: Mapping[str, KindShare]
    #: Judged measure of a field -> the confusion that it would gain most from, were it settled.
    settled: Mapping[MeasureName, SettledConfusion]
    #: The units that annotators differ on most, the worst first.
    contested: tuple[ContestedUnit, ...]
    #: Every two annotators who saw an article together.
    pairs: tuple[Pair, ...]
    annotators: tuple[AnnotatorProfile, ...]
    #: Models of the annotators, field by field.
    models: Models


@undisturbed()
def measure_corpus(corpus: Corpus, *, seed: int = 0, on_step: OnStep = silent) -> MeasuredCorpus:
    """Measure agreement on everything that the scheme compares.

    Args:
        corpus: The annotations.
        seed: Seed of the models of annotators that are fitted to it.
        on_step: Is given the name of each step before it begins.
    """
    on_step("aligning spans")
    coded = code_corpus(corpus)
    on_step("measuring agreement")
    values = measures(coded)
    on_step("computing intervals")
    measured = tuple(with_intervals(values, corpus))
    return MeasuredCorpus(coded, measured, seed)


@undisturbed()
def analyse(
    measured: MeasuredCorpus, *, links: Mapping[str, str], on_step: OnStep = silent
) -> Analysis:
    """Explain the measures: first by what annotators differ in, then by who they are.

    Args:
        measured: The annotations and their measures.
        links: Article id -> where its task is shown.
        on_step: Is given the name of each step before it begins.
    """
    corpus, coded = measured.corpus, measured.coded
    on_step("comparing annotators")
    compared = decompose(corpus, coded.groups)
    on_step("ranking disagreements")
    contested = contested_units(corpus, compared.disagreements, links=links, limit=MAX_CONTESTED)
    n_disagreements, shares = len(compared.disagreements), kind_shares(compared.disagreements)
    confusions = compared.confusions
    del compared  # very many disagreements, of which no later step needs one
    missed = [result.measure for result in measured.judged if result.misses]
    settled = best_settled(coded, missed, confusions)
    on_step("measuring pairs of annotators")
    pairs = measure_pairs(coded, (result.measure for result in measured.primary))
    on_step("describing annotators")
    profiles = annotator_profiles(coded, (result.measure for result in measured.measures))
    on_step("fitting models of annotators")
    models = fit_models(coded, restarts=MACE_STARTS, seed=measured.seed)
    return Analysis(
        measured=measured,
        disagreements=n_disagreements,
        confusions=confusions,
        shares=shares,
        settled=settled,
        contested=tuple(contested),
        pairs=pairs,
        annotators=profiles,
        models=models,
    )
