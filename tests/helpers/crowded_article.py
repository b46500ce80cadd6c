"""Invents an article with 19 parties and 49 signals, in a text as long as is asked for."""

from collections.abc import Iterator
from itertools import count, cycle

from pushing import article

from signalbook.schema.documents.records import (
    AnnotationDocument,
    Annotator,
    Dyad,
    Party,
    Relation,
    Span,
    Value,
)
from signalbook.schema.scheme.model import Scheme

#: Name -> code of states that do not exist.
_STATES = {
    "Arvenia": "XAR",
    "Belmora": "XBE",
    "Castria": "XCA",
    "Doravia": "XDO",
    "Elvasia": "XEL",
    "Fenmark": "XFE",
}
_OFFICES = {"{}": "state", "the {} ministry": "foreign_ministry", "the {} premier": "leader"}
#: Name -> country and role of the 19 parties.
_PARTIES = {
    **{
        office.format(state): (code, role)
        for office, role in _OFFICES.items()
        for state, code in _STATES.items()
    },
    "the Lake Council": ("XIO", "international_organisation"),
}
#: What was done, of which type it is, and how it is valued.
_DEEDS = (
    ("praised", "support", "positive"),
    ("sharply rebuked", "criticize", "negative"),
    ("warned it would punish", "threaten", "strongly_negative"),
    ("promised lasting help to", "offer", "positive"),
    ("turned down the plea of", "reject", "negative"),
    ("held long talks with", "consult", "neutral"),
    ("signed a new accord with", "agree", "strongly_positive"),
)
_MATTERS = {
    "the river dam": "energy_resources",
    "grain tariffs": "trade_finance",
    "the hill border": "territory_borders",
    "the refugees at the ford": "migration_humanitarian",
    "the lake patrols": "security_war",
}
_SIGNALS = 49
_DISPUTES = 3
_FILLING = (
    "The market was crowded that day and few people spoke of anything else. ",
    "Old maps of the valley were spread on the table, and nobody looked at them. ",
    "A reporter counted eleven cars before the gate, two of them with their curtains drawn. ",
    "It had rained for a week, and the road along the lake was closed to lorries. ",
)
#: The end of the text, where nothing is marked.
_END = "\nOn Sunday Belmora was quiet. Days later, officials froze the joint dam loan to Belmora.\n"


def crowded_document(scheme: Scheme, length: int = 0) -> AnnotationDocument:
    """The article with its annotation under the built-in scheme.

    Args:
        scheme: The built-in scheme.
        length: How many characters the text has at least; without it, no more than is marked.
    """
    text = "The lake talks, day by day\n"
    spans: list[Span] = []
    filling = cycle(_FILLING)
    for day in range(_SIGNALS):
        text += f"On day {day + 1}, "
        for span in _mention_and_signal(day, len(text)):
            spans.append(span)
            text += f"{span.text} "
        text = f"{text[:-1]}. "
        while len(text) < length * (day + 1) / _SIGNALS:
            text += next(filling)
        text = f"{text[:-1]}\n" if day % 3 == 2 else text
    metadata = {"language": "en", "source_type": "news_report", "licence": "CC0-1.0"}
    return AnnotationDocument(
        scheme=scheme.name,
        schema_version=scheme.version,
        article=article("crowded", text + _END).model_copy(
            update={**metadata, "redistributable": True}
        ),
        annotator=Annotator(id="crowded"),
        parties=tuple(
            Party.model_validate({"id": f"P{n}", "country": code, "role": role, "entity": name})
            for n, (name, (code, role)) in enumerate(_PARTIES.items(), 1)
        ),
        spans=tuple(spans),
        relations=tuple(_relations()),
        dyads=tuple(map(_dyad, [*_STATES.values()][1:5])),
        article_labels={"relevance": "signals_present"},
    )


def _mention_and_signal(day: int, start: int) -> Iterator[Span]:
    """The sender and what it did, with one character between them."""
    names = [*_PARTIES]
    sender, receiver = names[day % len(names)], names[(day * 5 + 1) % len(names)]
    if _PARTIES[sender][0] == _PARTIES[receiver][0]:
        receiver = names[(day * 5 + 2) % len(names)]
    deed, kind, valence = _DEEDS[day % len(_DEEDS)]
    matter = [*_MATTERS][day % len(_MATTERS)]
    party = f"P{names.index(sender) + 1}"
    yield _span(f"m{day}", "mention", start, sender, {"party": party})
    answers: dict[str, Value] = {
        "sender": party,
        "receivers": (f"P{names.index(receiver) + 1}",),
        "signal_type": kind,
        "valence": valence,
        "attribution": "author",
        "channel": "public_statement",
        "issue": (_MATTERS[matter],),
        "cost": "none",
    }
    start += len(sender) + 1
    yield _span(f"s{day}", "signal", start, f"{deed} {receiver} over {matter}", answers)


def _span(id: str, type: str, start: int, words: str, answers: dict[str, Value]) -> Span:
    end = start + len(words)
    return Span(id=id, type=type, start=start, end=end, text=words, attributes=answers)


def _relations() -> Iterator[Relation]:
    """Every signal responds to the one before; some contradict one of weeks ago."""
    ids = count()
    for day in range(1, _SIGNALS):
        yield _relation(next(ids), "responds_to", day, day - 1)
    for day in range(_SIGNALS - _DISPUTES, _SIGNALS):
        yield _relation(next(ids), "contradicts", day, day - 20)


def _relation(number: int, type: str, late: int, early: int) -> Relation:
    return Relation.model_validate(
        {"id": f"r{number}", "type": type, "from": f"s{late}", "to": f"s{early}"}
    )


def _dyad(receiver: str) -> Dyad:
    judged = {"sender": "XAR", "receiver": receiver, "posture": "cool", "pattern": "mixed"}
    return Dyad.model_validate(judged)
