"""Make the Label Studio task of an article, with what the labelling page needs."""

from collections.abc import Iterable, Mapping, Sequence

from signalbook.annotate.articles.reader import text_hash
from signalbook.annotate.conversion.answers import answers_of, first_mentions
from signalbook.annotate.conversion.beginning import Beginning, beginning_data, party_names
from signalbook.annotate.conversion.code_chips import code_chips, coded_fields
from signalbook.annotate.conversion.to_results import to_label_studio
from signalbook.annotate.label_studio.payloads import PredictionInput, TaskInput
from signalbook.schema.documents.records import AnnotationDocument, Article
from signalbook.schema.errors import ConversionError
from signalbook.schema.markdown import escape
from signalbook.schema.page import control_names
from signalbook.schema.page.task_lists import task_lists
from signalbook.schema.scheme.model import Codelist, Field, Json, Scheme
from signalbook.schema.scheme.stages import asks_parties

from .raw_store import METADATA_SHA256, content_hash

#: Keys of a task's data that find it again: the page can filter by the first.
ARTICLE_ID = "article_id"
TEXT_SHA256 = "text_sha256"
CORRECTIONS = "corrections"
#: Keys of a task's `meta` alone: the request that created it, and when it was sent metadata last.
BATCH_MARK = "batch"
METADATA_AT = "metadata_at"
LISTS_SHA256 = "lists_sha256"
#: Shown in their own place on the page.
_SHOWN_ELSEWHERE = ("title", "text")


def to_task(
    article: Article,
    scheme: Scheme,
    predictions: Iterable[AnnotationDocument] = (),
    beginning: Beginning | None = None,
) -> TaskInput:
    """The task of an article; predictions are shown under the name of their annotator.

    Args:
        article: Article to label.
        scheme: Scheme that the page is made from.
        predictions: Documents to show, or to begin from.
        beginning: What earlier stages have made of the article, in a scheme of a stage.

    Raises:
        ConversionError: the article has no text, a prediction is of another text, or the page has
            no place for it.
    """
    if article.text is None:
        raise ConversionError(f"{article.id}: has no text; put it into its field `text` again")
    guesses = [_of_article(document, article) for document in predictions]
    described = metadata(article, scheme, beginning)
    lists = page_lists(article, scheme, guesses, beginning)
    data = {**identity(article), "text": article.text, **described, CORRECTIONS: "", **lists}
    if beginning is not None:
        data |= beginning_data(beginning, scheme)
    marks: dict[str, Json] = {
        METADATA_SHA256: content_hash(described),
        LISTS_SHA256: lists_sha256(lists),
    }
    task: TaskInput = {"data": data, "meta": {**identity(article), **marks}}
    if guesses:
        task["predictions"] = [_prediction(guess, data, scheme) for guess in guesses]
    return task


def identity(article: Article) -> dict[str, Json]:
    """What a task is known by: its id on the server may come to mean another one."""
    return {ARTICLE_ID: article.id, TEXT_SHA256: article.text_sha256}


def metadata(
    article: Article, scheme: Scheme, beginning: Beginning | None = None
) -> dict[str, Json]:
    """What a task says about its text, and what may change while the text stays."""
    record: dict[str, Json] = article.to_dict()
    record.pop("text", None)
    if beginning is not None:
        record["id"] = beginning.document.article.id
    return {"title": article.title, "about": about(article, scheme), "article": record}


def about(article: Article, scheme: Scheme) -> str:
    """One line of the metadata that the scheme shows to annotators."""
    values: dict[str, Json] = article.to_dict()
    parts: list[str] = []
    for name, shown in scheme.article_fields.items():
        value = values.get(name)
        if shown and value not in (None, "", []) and name not in _SHOWN_ELSEWHERE:
            words = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
            parts.append(f"{name.replace('_', ' ')}: {' '.join(words.split())}")
    return " · ".join(parts)


def corrections(lines: Sequence[str]) -> str:
    """What an annotator is asked to repair, as Markdown in which nothing is HTML."""
    return "\n".join(f"- {escape(line)}" for line in lines)


def unchanged_text(data: Mapping[str, Json]) -> bool:
    """Whether a task still has the text that was pushed, by the hash that came with it."""
    text, article = data.get("text"), data.get("article")
    pushed = article.get(TEXT_SHA256) if isinstance(article, dict) else None
    return isinstance(text, str) and text_hash(text) == data.get(TEXT_SHA256) == pushed


def page_lists(
    article: Article,
    scheme: Scheme,
    predictions: Sequence[AnnotationDocument] = (),
    beginning: Beginning | None = None,
) -> dict[str, Json]:
    """The lists that the page of the scheme reads from a task of this article."""
    codes: dict[str, Json] = {
        control_names.codes_key(field): [
            *code_chips(article.text or "", codelist, article.language)
        ]
        for field, codelist in _page_codes(scheme)
    }
    if beginning is not None:
        return codes | task_lists(scheme, party_names(beginning.document, scheme))
    return codes | _party_lists(predictions, scheme)


def page_list_keys(scheme: Scheme) -> tuple[str, ...]:
    """The keys of the lists that the page of the scheme reads from a task."""
    codes = (control_names.codes_key(field) for field, _ in _page_codes(scheme))
    return (*codes, *task_lists(scheme))


def _page_codes(scheme: Scheme) -> list[tuple[Field, Codelist]]:
    """The fields whose codes a page offers as chips; rows of a page have no such chips."""
    coded = coded_fields(scheme)
    if asks_parties(scheme) or scheme.party is None:
        return [*coded.values()]
    return [coded[name] for name in coded if coded[name][0] not in scheme.party.fields]


def lists_sha256(keys: Iterable[str]) -> str:
    """What a task is marked with that has the lists of these keys."""
    listed: list[Json] = [*sorted(keys)]
    return content_hash({"lists": listed})


def _party_lists(predictions: Sequence[AnnotationDocument], scheme: Scheme) -> dict[str, Json]:
    """Lists with the names of the parties as far as the predictions agree on them, and their rows."""
    names: dict[str, set[str]] = {}
    unmentioned = 0
    for document in predictions:
        mentions = first_mentions(
            answers_of(document, scheme).spans, document.article.text or "", scheme
        )
        unmentioned = max(unmentioned, len({party.id for party in document.parties} - {*mentions}))
        for id, words in mentions.items():
            names.setdefault(id, set()).add(words)
    agreed = {id: words.pop() for id, words in names.items() if len(words) == 1}
    dyads = max((len(document.dyads) for document in predictions), default=0)
    return task_lists(scheme, agreed, dyads=dyads, unmentioned=unmentioned)


def _of_article(document: AnnotationDocument, article: Article) -> AnnotationDocument:
    if document.article.text_sha256 != article.text_sha256:
        fact = f"the prediction of {document.annotator.id} is of another text"
        raise ConversionError(f"{article.id}: {fact}; predict again on this one")
    spans = tuple(span.model_copy(update={"origin": None}) for span in document.spans)
    return document.model_copy(update={"article": article, "spans": spans})


def _prediction(
    document: AnnotationDocument, data: Mapping[str, Json], scheme: Scheme
) -> PredictionInput:
    result = to_label_studio(document, scheme, data)
    return {"model_version": document.annotator.id, "result": result}
