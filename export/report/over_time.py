"""Tables of what is judged, round by round of the annotation and over time."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from signalbook.export.agreement.corpus import Corpus
from signalbook.export.annotators.agreement_with_rest import consecutive, moment

from .analysis import MeasuredCorpus
from .breakdowns import ReportSection, by_articles

_NO_ROUND = "no round"
_CHANCE = (
    "Each value has its interval of 95 % over the articles of its column, if they are enough; where "
    "intervals overlap, columns may differ by chance alone."
)
_BY_ROUND = f"An article counts in the latest round in which it was annotated. {_CHANCE}"
_OVER_TIME = (
    "Articles in the order of their last annotation, in up to four parts of about as many; those of "
    f"one date stay together. {_CHANCE}"
)


def sections_over_time(measured: MeasuredCorpus) -> tuple[ReportSection, ...]:
    """By round, and over time; each only where two or more columns can be compared."""
    results = measured.judged or measured.primary
    tables = (
        ("by-round", "By round", _BY_ROUND, _rounds(measured.corpus)),
        ("over-time", "Over time", _OVER_TIME, _parts(measured.corpus)),
    )
    return tuple(
        by_articles(measured, results, ReportSection(id, title, text, (), ()), columns)
        for id, title, text, columns in tables
        if len(columns) > 1
    )


def _rounds(corpus: Corpus) -> Mapping[str, list[int]]:
    """Round -> its articles, in the order in which the rounds began, or else of their names."""
    began: dict[str, str] = {}
    for document in corpus.documents.values():
        if name := document.annotator.round:
            made = document.annotator.created_at or "~"
            began[name] = min(began.get(name, made), made)
    order = {name: n for n, name in enumerate(sorted(began, key=lambda name: (began[name], name)))}
    rounds: dict[str, list[int]] = {name: [] for name in (*order, _NO_ROUND)}
    for article in _compared(corpus):
        names = {document.annotator.round for _, document in corpus.of_article(article)}
        known = [name for name in names if name]
        rounds[max(known, key=order.__getitem__) if known else _NO_ROUND].append(article)
    return {name: articles for name, articles in rounds.items() if articles}


def _parts(corpus: Corpus) -> Mapping[str, list[int]]:
    """From when to when -> the articles that were annotated last then."""
    dated: list[tuple[datetime, int]] = []
    for article in _compared(corpus):
        made = (moment(document.annotator.created_at) for _, document in corpus.of_article(article))
        if known := [when for when in made if when is not None]:
            dated.append((max(known), article))
    dated.sort()
    times = [when for when, _ in dated]
    parts: dict[str, list[int]] = {}
    for places in consecutive(times):
        first, last = (times[place].date().isoformat() for place in (places[0], places[-1]))
        name = first if first == last else f"{first} to {last}"
        parts.setdefault(name, []).extend(dated[place][1] for place in places)
    return parts


def _compared(corpus: Corpus) -> Iterator[int]:
    """Articles that two or more annotators saw."""
    return (article for article, seen in enumerate(corpus.seen_by) if len(seen) > 1)
