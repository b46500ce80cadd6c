"""What earlier stages have made of an article: it comes with the task, and goes into the document.

A task's data holds it under `earlier`, in the form of a document's sections. So a document of a stage
follows from its task and annotation alone, as that of a page that asks for all.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from signalbook.schema.documents.annotation import quoted
from signalbook.schema.documents.records import AnnotationDocument, Annotator, Article, Value
from signalbook.schema.errors import ConversionError
from signalbook.schema.scheme.model import Json, JsonObject, Scheme
from signalbook.schema.scheme.stages import at_stage_before, on_page

from .answers import Answers, answers_of

#: Keys of a task's data: what is known of the article, and the two sides of a task that asks of one
#: pair.
EARLIER: Final = "earlier"
PAIR: Final = "pair"
_SECTIONS: Final = ("parties", "spans", "relations", "dyads", "article_labels")


def earlier_data(document: AnnotationDocument) -> JsonObject:
    """The sections of a document, as a task's data hold them."""
    sections: dict[str, Json] = document.to_dict()
    return {name: sections[name] for name in _SECTIONS if sections.get(name)}


def earlier_answers(data: JsonObject, article: Article, scheme: Scheme) -> Answers | None:
    """What was answered before the stage, by the data of its task; None if the scheme is whole.

    Raises:
        ConversionError: The task is of another stage, or what it holds is no document.
    """
    before = at_stage_before(scheme)
    if before is None:
        return None
    sections = data.get(EARLIER)
    if not isinstance(sections, dict):
        fact = f"a task without what the stage {before.stage} made of it"
        raise ConversionError(f"{fact}: push made none like it in this stage")
    document = AnnotationDocument.model_validate(
        {
            "scheme": scheme.name,
            "schema_version": scheme.version,
            "article": article,
            "annotator": Annotator(id=before.stage),
            **{name: sections[name] for name in _SECTIONS if name in sections},
        }
    )
    return answers_of(document, before)


def joined(
    earlier: Answers, own: Answers, pair: Mapping[str, str] | None
) -> tuple[Answers, tuple[str, ...]]:
    """All that was answered until now, and a sentence about what the stage says otherwise.

    Args:
        earlier: What was answered before.
        own: What is answered in the stage.
        pair: The sides that the task asks of, if it asks of two.
    """
    unmapped = tuple(
        f"party {id} is known from an earlier stage, and keeps its {name}: {quoted(str(value))}"
        for id, chosen in own.parties.items()
        if id in earlier.parties
        for name, value in chosen.items()
        if earlier.parties[id].get(name) != value
    )
    dyads = own.dyads if pair is None else tuple({**pair, **dyad} for dyad in own.dyads)
    return (
        Answers(
            parties={**own.parties, **earlier.parties},
            spans=(*earlier.spans, *own.spans),
            relations=earlier.relations | own.relations,
            dyads=(*earlier.dyads, *dyads),
            article={**earlier.article, **own.article},
        ),
        unmapped,
    )


def pair_in(data: JsonObject) -> dict[str, str] | None:
    """The sides that a task asks of, by the names of their fields; None if it asks of no pair."""
    pair = data.get(PAIR)
    return {name: str(side) for name, side in pair.items()} if isinstance(pair, dict) else None


def own_answers(answers: Answers, scheme: Scheme, data: JsonObject | None = None) -> Answers:
    """The answers that the page of a stage asks for.

    Args:
        answers: All that was answered.
        scheme: Scheme of the stage.
        data: Data of the task, for the parties that are known before, and for its pair.
    """
    if not scheme.earlier:
        return answers
    page = on_page(scheme)
    types = {span_type.name for span_type in page.span_types}
    relations = {relation_type.name for relation_type in page.relation_types}
    pair, known = pair_in(data or {}), _known_parties(data or {})
    return Answers(
        parties={id: chosen for id, chosen in answers.parties.items() if id not in known},
        spans=tuple(span for span in answers.spans if span.type in types),
        relations=frozenset(r for r in answers.relations if r[2] in relations),
        dyads=tuple(_of_pair(answers.dyads, pair)) if page.dyad is not None else (),
        article=answers.article if page.asked_labels else {},
    )


def _known_parties(data: JsonObject) -> frozenset[str]:
    """Ids of the parties that earlier stages have found."""
    earlier = data.get(EARLIER)
    parties = earlier.get("parties") if isinstance(earlier, dict) else None
    listed = parties if isinstance(parties, list) else []
    return frozenset(str(party["id"]) for party in listed if isinstance(party, dict))


def _of_pair(
    dyads: Iterable[Mapping[str, Value]], pair: Mapping[str, str] | None
) -> Iterator[Mapping[str, Value]]:
    """What a task asks of dyads: of one pair, whose sides it says, the rest alone."""
    for dyad in dyads:
        if pair is None:
            yield dyad
        elif all(dyad.get(name) == side for name, side in pair.items()):
            yield {name: value for name, value in dyad.items() if name not in pair}
