"""Sum a report up in plain sentences: which targets are met, which are not, what to do next."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from signalbook.export.agreement.measure import Measure, MeasureWithInterval
from signalbook.export.disagreement.confusion import Confusion
from signalbook.schema.errors import UsageError

from .analysis import Analysis
from .wording import MOST_FURTHER, Words, counted, number, share, span_of

_MOST = 5
_FIRST = 3


@dataclass(frozen=True)
class Summary:
    """The report in plain words."""

    #: One sentence.
    verdict: str
    met: tuple[str, ...]
    #: Measures whose interval lies around the target.
    inconclusive: tuple[str, ...]
    not_met: tuple[str, ...]
    undefined: tuple[str, ...]
    #: What to do, the most useful first.
    next: tuple[str, ...]


def summarise(analysis: Analysis) -> Summary:
    """Only measures with a target are judged."""
    words = Words(analysis.measured.corpus.scheme)
    judged = analysis.measured.judged
    by: dict[str, list[MeasureWithInterval]] = {}
    for one in judged:
        by.setdefault(one.verdict, []).append(one)
    low = sorted(by.get("not met", ()), key=lambda one: one.measure.value or 0.0)
    return Summary(
        verdict=_verdict(analysis, judged, by),
        met=tuple(words.name(one.measure) for one in by.get("met", ())),
        inconclusive=tuple(_against(words, one) for one in by.get("inconclusive", ())),
        not_met=tuple(_against(words, one) for one in low),
        undefined=tuple(
            f"{words.name(one.measure)}: {one.measure.reason}" for one in by.get("undefined", ())
        ),
        next=tuple(_next(analysis, words, low, by.get("inconclusive", []))),
    )


def _verdict(
    analysis: Analysis,
    judged: Sequence[MeasureWithInterval],
    by: dict[str, list[MeasureWithInterval]],
) -> str:
    if not analysis.measured.corpus.doubly_annotated:
        return (
            "There is no agreement to measure: no article was seen by two annotators. "
            "Give the same articles to two annotators or more."
        )
    if not judged:
        return "The scheme sets no target, so nothing is judged; the values are below."
    said = [
        counted(len(by[name]), one, many)
        for name, one, many in (
            ("met", "reaches it", "reach it"),
            ("not met", "misses it", "miss it"),
            ("undefined", "is undefined", "are undefined"),
            ("inconclusive", "cannot be told yet", "cannot be told yet"),
        )
        if by.get(name)
    ]
    return f"Of {counted(len(judged), 'measure')} with a target, {_listed(said)}."


def _listed(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " and " + parts[-1]


def _against(words: Words, one: MeasureWithInterval) -> str:
    within = f" (95 %: {span_of(one)})" if span_of(one) else ""
    value, target = number(one.measure.value), number(one.measure.target)
    return f"{words.name(one.measure)}: {value}{within}, target {target}"


def _next(
    analysis: Analysis,
    words: Words,
    low: list[MeasureWithInterval],
    unsure: list[MeasureWithInterval],
) -> Iterator[str]:
    for one in low[:_MOST]:
        found = _confusion(analysis, one)
        worst = found.worst(1) if found else []
        if found is not None and worst:
            yield _sharpen(words, found, worst[0])
    if analysis.shares:
        yield _largest(words, analysis)
    if unsure:
        yield _more(words, unsure)
    if any(one.verdict == "undefined" for one in analysis.measured.judged):
        yield (
            "Undefined is neither good nor bad: where every value is the same, chance cannot be "
            "told from agreement. Add articles in which the rare values occur."
        )


def _confusion(analysis: Analysis, one: MeasureWithInterval) -> Confusion | None:
    """The confusion matrix behind a measure; of a set, the value most often disputed."""
    named = one.measure.name.unit, one.measure.name.field
    found = [c for c in analysis.confusions if (c.unit, c.field) == named]
    return max(found, key=lambda c: c.total - c.agreed, default=None)


def _sharpen(words: Words, found: Confusion, worst: tuple[str, str, int]) -> str:
    where = words.both(found.unit, found.field)
    disputed, (one, other, count) = found.total - found.agreed, worst
    if found.of:
        value = words.value(found.unit, found.field, found.of)
        return f"{where}: settle when “{value}” applies; {counted(disputed, 'pair')} dispute it."
    first, second = (words.value(found.unit, found.field, v) for v in (one, other))
    return (
        f"{where}: sharpen the rule between “{first}” and “{second}”; they make up {count} of "
        f"its {counted(disputed, 'disagreement')}."
    )


def _largest(words: Words, analysis: Analysis) -> str:
    kind, part = max(analysis.shares.items(), key=lambda item: item[1].count)
    total = len(analysis.disagreements)
    return (
        f"The largest source is “{words.kind(kind)}”: {part.count} of "
        f"{counted(total, 'disagreement')} ({share(part.share)}). Read its examples below."
    )


def _more(words: Words, unsure: list[MeasureWithInterval]) -> str:
    """What further articles would settle, if so many can be annotated at all."""
    within = [one for one in unsure if one.more_documents and one.more_documents <= MOST_FURTHER]
    beyond = len(unsure) - len(within)
    whose = (
        "one lies too near its target" if beyond == 1 else f"{beyond} lie too near their targets"
    )
    near = f"Of the inconclusive measures, {whose} for any number of further articles to tell."
    if not within:
        return near
    within.sort(key=lambda one: one.more_documents or 0)
    needs = [f"{words.name(a.measure)} (about {a.more_documents})" for a in within[:_FIRST]]
    rest = len(within) - len(needs)
    needs += [f"and {rest} more (up to {within[-1].more_documents})"] if rest else []
    said = f"More doubly annotated articles like these would settle {', '.join(needs)}."
    return f"{said} {near}" if beyond else said


def missed_gates(measures: Iterable[Measure], gates: Mapping[str, float]) -> list[str]:
    """A line for every measure that is undefined or lower than its gate.

    Args:
        measures: Those that may be named.
        gates: Name of a measure, of a layer or of a field -> the lowest value that passes.

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
            raise UsageError(f"{name}: no such measure; see the names in --json")
        for measure in named:
            if measure.value is None:
                missed.append(f"{measure.name}: undefined ({measure.reason})")
            elif measure.value < lowest:
                missed.append(f"{measure.name}: {measure.value:.3f} is under {lowest:g}")
    return missed
