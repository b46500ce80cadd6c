"""Sum a report up in plain sentences: which targets are met, which are not, what to do next."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from math import inf

from signalbook.export.agreement.measure import Measure, MeasureWithInterval
from signalbook.export.coefficients.bootstrap import UNDEFINED_WITHOUT_ONE
from signalbook.export.coefficients.jackknife import MIN_INFORMATIVE
from signalbook.export.coefficients.planning import (
    FEW_DISAGREE,
    MAX_FURTHER,
    ROUGH_MULTIPLE,
    TARGET_OF_ONE,
    TOO_MANY,
    ArticlesNeeded,
)
from signalbook.export.disagreement.confusion import ABSENT
from signalbook.export.disagreement.kinds import CONSEQUENCES, family
from signalbook.export.disagreement.settled import SettledConfusion
from signalbook.schema.errors import UsageError
from signalbook.schema.text import counted

from .analysis import Analysis
from .caveats import caveats
from .prevalence import prevalence_sentences
from .wording import (
    Wording,
    coefficient,
    interval_text,
    measured_value,
    number,
    number_beside,
    share,
    target_text,
)

#: Unmet targets that get a piece of advice.
_MAX_ADVICE = 5
#: Measures named among those that more articles are likely to decide.
_MAX_NAMED = 3
#: Verdicts that say on which side of its target a measure lies.
_DECIDED = frozenset({"met", "not met"})
#: What such a verdict reaches to, and how sure one of many is.
_REACH = (
    "Met and not met speak of further articles like these, annotated by the same annotators; each "
    "measure is judged by itself, by an interval made so that of those that lie at their target "
    "about one in forty is called met, and one in forty not met."
)


@dataclass(frozen=True)
class Summary:
    """The report in plain words."""

    #: How many measures reach their target, and what that says.
    verdict: str
    met: tuple[str, ...]
    #: Measures whose interval lies around the target.
    inconclusive: tuple[str, ...]
    not_met: tuple[str, ...]
    #: Measures of which so few articles say nothing.
    too_few: tuple[str, ...]
    undefined: tuple[str, ...]
    #: Fields of which one value is so common that their coefficient is low in spite of agreement.
    prevalence: tuple[str, ...]
    #: What figures rest on where it is less than one would think.
    caveats: tuple[str, ...]
    #: What to do: by what the coefficients would gain, then what no gain is known of.
    next: tuple[str, ...]


def summarise(analysis: Analysis) -> Summary:
    """Only measures with a target are judged."""
    wording = Wording(analysis.measured.corpus.scheme)
    judged = analysis.measured.judged
    by_verdict: dict[str, list[MeasureWithInterval]] = {}
    for result in judged:
        by_verdict.setdefault(result.verdict, []).append(result)
    not_met = sorted(by_verdict.get("not met", ()), key=lambda result: result.measure.value or 0.0)
    return Summary(
        verdict=_verdict(analysis, judged, by_verdict),
        met=tuple(wording.label(result.measure) for result in by_verdict.get("met", ())),
        inconclusive=tuple(
            _against(wording, result) for result in by_verdict.get("inconclusive", ())
        ),
        not_met=tuple(_against(wording, result) for result in not_met),
        too_few=tuple(_against(wording, result) for result in by_verdict.get("too few", ())),
        undefined=tuple(
            f"{wording.label(result.measure)}: {result.measure.reason}"
            for result in by_verdict.get("undefined", ())
        ),
        prevalence=tuple(
            prevalence_sentences(wording, (r.measure for r in analysis.measured.primary))
        ),
        caveats=tuple(caveats(analysis.measured)),
        next=tuple(_next(analysis, wording, by_verdict)),
    )


def _verdict(
    analysis: Analysis,
    judged: Sequence[MeasureWithInterval],
    by_verdict: dict[str, list[MeasureWithInterval]],
) -> str:
    if not analysis.measured.corpus.doubly_annotated:
        return (
            "There is no agreement to measure: no article was seen by two annotators. "
            "Give the same articles to two or more annotators."
        )
    if not judged:
        return "The scheme sets no target, so nothing is judged; the values are below."
    parts = [
        counted(len(by_verdict[name]), singular, plural)
        for name, singular, plural in (
            ("met", "reaches it", "reach it"),
            ("not met", "misses it", "miss it"),
            ("undefined", "is undefined", "are undefined"),
            ("inconclusive", "is inconclusive", "are inconclusive"),
            ("too few", "rests on too few articles", "rest on too few articles"),
        )
        if by_verdict.get(name)
    ]
    verdict = f"Of {counted(len(judged), 'measure')} with a target, {_listed(parts)}."
    if by_verdict.keys() & _DECIDED:
        verdict = f"{verdict} {_REACH}"
    if of_one := [r for r in judged if (r.measure.target or 0.0) >= 1]:
        names = _names(Wording(analysis.measured.corpus.scheme), of_one)
        verdict = f"{verdict} A target of 1 is never met, as {TARGET_OF_ONE}: {names}."
    return verdict


def _listed(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " and " + parts[-1]


def _against(wording: Wording, result: MeasureWithInterval) -> str:
    within = f" (95 %: {interval_text(result)})" if interval_text(result) else ""
    value, target = measured_value(result), target_text(result.measure.target)
    return f"{wording.label(result.measure)}: {value}{within}, target {target}"


def _next(
    analysis: Analysis,
    wording: Wording,
    by_verdict: Mapping[str, list[MeasureWithInterval]],
) -> Iterator[str]:
    missed = [result for result in analysis.measured.judged if result.misses]
    gains = [*_confusions(analysis, wording, missed), *_boundaries(analysis, wording, missed)]
    gains.sort(key=lambda gain: gain[0], reverse=True)
    yield from (text for _, text in gains[:_MAX_ADVICE])
    if analysis.shares:
        yield _largest(wording, analysis)
    yield from _more(wording, by_verdict.get("inconclusive", []))
    yield from _too_few(wording, by_verdict.get("too few", []))
    if any(r.measure.reason.startswith("no variation") for r in analysis.measured.judged):
        yield (
            "Undefined is neither good nor bad: where every value is the same, chance cannot be "
            "told from agreement. Add articles in which the rare values occur."
        )


def _confusions(
    analysis: Analysis, wording: Wording, missed: Iterable[MeasureWithInterval]
) -> Iterator[tuple[float, str]]:
    """What is taken for what, with what each coefficient would gain; what is unknown gains least."""
    for result in missed:
        measure, settled = result.measure, analysis.settled.get(result.measure.name)
        if settled is None or measure.value is None:
            continue
        text = _sharpen(wording, settled)
        if settled.coefficient is None:
            yield -inf, text
            continue
        gain = settled.coefficient - measure.value
        yield gain, f"{text} {_gained(measure, settled.coefficient, 'With this settled')}"


def _boundaries(
    analysis: Analysis, wording: Wording, missed: Iterable[MeasureWithInterval]
) -> Iterator[tuple[float, str]]:
    """What an F1 of spans would gain if all that overlap were the same, where it would."""
    overlapping = {
        result.measure.name.unit: result.measure.value
        for result in analysis.measured.measures
        if (result.measure.name.field, result.measure.name.coefficient) == ("overlap", "f1")
    }
    for measure in (result.measure for result in missed):
        value = overlapping.get(measure.name.unit)
        of_spans = (measure.name.kind, measure.name.coefficient) == ("span_identification", "f1")
        if of_spans and measure.name.field != "overlap" and None not in (value, measure.value):
            assert value is not None
            assert measure.value is not None
            gained = _gained(measure, value, "If spans that overlap had the same boundaries")
            if number(value) == number(measure.value):
                continue  # boundaries are not the matter
            yield (
                value - measure.value,
                f"{wording.label(measure)}: say where spans begin and end. {gained}",
            )


def _gained(measure: Measure, value: float, condition: str) -> str:
    """What a coefficient would be on a condition."""
    now, name = measure.value or 0.0, coefficient(measure.name.coefficient)
    if number(value) == number(now) or value < now:
        return f"{condition}, {name} would be no higher than {number(now)}."
    then, gain = number_beside(value, 1.0), number(value - now)
    return f"{condition}, {name} would be about {then} instead of {number(now)} (+{gain})."


def _sharpen(wording: Wording, settled: SettledConfusion) -> str:
    confusion, (first, second) = settled.confusion, settled.values
    unit, field = confusion.unit, confusion.field
    where = wording.unit_and_field(unit, field)
    disputed = confusion.total - confusion.agreed
    if confusion.of:
        value = wording.value(unit, field, confusion.of)
        dispute = counted(disputed, "pair disputes", "pairs dispute")
        return f"{where}: settle when “{value}” applies; {dispute} it."
    if ABSENT in (first, second):
        value = wording.value(unit, field, second if first == ABSENT else first)
        return (
            f"{where}: say when it may be left blank; {settled.pairs} of its "
            f"{counted(disputed, 'disagreement')} are “{value}” against a blank, which coefficients "
            "leave out."
        )
    if wording.is_yes_or_no(unit, field):
        return (
            f"{where}: say more exactly when it holds; {settled.pairs} of its "
            f"{counted(disputed, 'disagreement')} are “yes” against “no”."
        )
    titles = f"“{wording.value(unit, field, first)}” and “{wording.value(unit, field, second)}”"
    return (
        f"{where}: sharpen the rule between {titles}; they make up {settled.pairs} of "
        f"its {counted(disputed, 'disagreement')}."
    )


def _largest(wording: Wording, analysis: Analysis) -> str:
    """The family of kinds that the table of kinds shows as the largest, if it is no consequence."""
    families: Counter[str] = Counter()
    for kind, part in analysis.shares.items():
        families[family(kind)] += part.count
    causes = [name for name in families if name not in CONSEQUENCES] or [*families]
    largest = max(causes, key=lambda name: families[name])
    kinds = [kind for kind in analysis.shares if family(kind) == largest]
    kind = max(kinds, key=lambda kind: analysis.shares[kind].count)
    total, count = analysis.disagreements, families[largest]
    most = f", most often “{wording.kind(kind)}” ({analysis.shares[kind].count})"
    return (
        f"The largest source of disagreement is “{wording.kind(largest)}”: {count} of "
        f"{counted(total, 'disagreement')} ({share(count / total)}){most if kind != largest else ''}."
    )


def _more(wording: Wording, inconclusive: Sequence[MeasureWithInterval]) -> Iterator[str]:
    """How many further articles are likely to decide, or why that is not told."""
    estimated: list[tuple[int, str, bool]] = []
    without: dict[str, list[MeasureWithInterval]] = {}
    for result in inconclusive:
        needed = result.needed or ArticlesNeeded(None)
        if needed.count is None:
            without.setdefault(needed.reason, []).append(result)
        else:
            is_perfect = result.measure.value == 1
            estimated.append((needed.count, wording.label(result.measure), is_perfect))
    estimated.sort()
    if likely := [(count, label) for count, label, is_perfect in estimated if not is_perfect]:
        yield (
            "By estimate, more doubly annotated articles like these show with a probability of "
            f"80 % whether the target is reached: {_needs(likely)}."
        )
        n_articles = inconclusive[0].measure.documents
        if _is_rough(likely[-1][0], n_articles):
            yield (
                f"A number above {ROUGH_MULTIPLE} times the {counted(n_articles, 'article')} at hand "
                "is rough: so few articles hardly show how far a value lies from its target."
            )
    if perfect := [(count, label) for count, label, is_perfect in estimated if is_perfect]:
        yield (
            "Where nobody disagreed, further articles in which nobody disagrees either show that "
            f"the target is reached: {_needs(perfect)}."
        )
    if beyond := without.get(TOO_MANY):
        yield _beyond(wording, beyond)
    if unknown := without.get(FEW_DISAGREE):
        yield (
            "How many further articles would be needed cannot be estimated where "
            f"{FEW_DISAGREE}: {_names(wording, unknown)}."
        )


def _beyond(wording: Wording, results: Sequence[MeasureWithInterval]) -> str:
    """That more articles are needed than those at hand can tell."""
    of_them = "the target is" if len(results) == 1 else "their targets are"
    n_articles = results[0].measure.documents
    few = f"; with {counted(n_articles, 'article')}, that is rough: fewer may do"
    rough = few if _is_rough(MAX_FURTHER, n_articles) else ""
    return (
        f"By estimate, {TOO_MANY} would be needed to show whether {of_them} reached, for "
        f"{_names(wording, results)}{rough}."
    )


def _is_rough(further: int, n_articles: int) -> bool:
    """Whether so many articles at hand hardly tell such a number of further ones."""
    return further > ROUGH_MULTIPLE * n_articles


def _needs(needed: list[tuple[int, str]]) -> str:
    """How many articles each of some measures needs, by increasing number."""
    named = [f"about {count} for {label}" for count, label in needed[:_MAX_NAMED]]
    if rest := len(needed) - len(named):
        named.append(f"at most about {needed[-1][0]} for {counted(rest, 'more measure')}")
    return _listed(named)


def _names(wording: Wording, results: Sequence[MeasureWithInterval]) -> str:
    """Some measures by name, and how many more there are."""
    named = [wording.label(result.measure) for result in results[:_MAX_NAMED]]
    if rest := len(results) - len(named):
        named.append(counted(rest, "more measure"))
    return _listed(named)


def _too_few(wording: Wording, results: list[MeasureWithInterval]) -> Iterator[str]:
    """What would have to be there before anything can be said."""
    if not results:
        return
    rest = counted(len(results), "measure rests", "measures rest")
    yield (
        f"{rest} on too few articles to be judged, or to say how many would be enough: annotate more "
        f"articles twice, until there are {MIN_INFORMATIVE} or more in which annotators could differ."
    )
    if single := [r for r in results if r.interval.reason == UNDEFINED_WITHOUT_ONE]:
        hang = counted(len(single), "measure hangs", "measures hang")
        it = "it" if len(single) == 1 else "they"
        yield (
            f"{hang} on one article, without which {it} would be undefined: "
            f"{_names(wording, single)}."
        )


def missed_gates(measures: Iterable[Measure], gates: Mapping[str, float]) -> list[str]:
    """A line for every measure that is undefined or lower than its gate.

    Args:
        measures: Those that may be named.
        gates: Name of a measure, a kind of measures or a field -> the lowest value that passes.

    Raises:
        UsageError: A gate names no measure.
    """
    measures = list(measures)
    primary = [m for m in measures if not m.name.secondary]
    missed: list[str] = []
    for name, lowest in gates.items():
        named = [m for m in measures if str(m.name) == name]
        named = named or [m for m in primary if str(m.name).startswith(name + ".")]
        named = named or [m for m in primary if m.name.field == name]
        if not named:
            raise UsageError(f"{name}: there is no such measure; {_meant(name, primary)}")
        for measure in named:
            if measure.value is None:
                missed.append(
                    f"{measure.name}: is undefined ({measure.reason}), so nothing shows that it "
                    f"reaches {lowest:g}"
                )
            elif measure.value < lowest:
                below = f"{number_beside(measure.value, lowest, 3)} is below {lowest:g}"
                untargeted = " (the scheme sets no target for it)" if measure.target is None else ""
                missed.append(f"{measure.name}: {below}{untargeted}")
    return missed


def _meant(gate: str, measures: Iterable[Measure]) -> str:
    """What can be named instead of what is no measure: of its unit, or spelled like it."""
    possible: set[str] = set()
    for name in (measure.name for measure in measures):
        possible |= {str(name), f"{name.kind}.{name.unit}", name.kind, name.field}
    of_unit = sorted(name for name in possible if name.endswith(f".{gate}"))
    near = of_unit or get_close_matches(gate, sorted(possible))
    hint = f"did you mean {' or '.join(near)}? " if near else ""
    return f"{hint}{'W' if near else 'w'}rite kind.unit.field as in the table, or a part of it"
