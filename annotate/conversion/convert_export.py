"""Convert an export of another project of Label Studio into annotation documents."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from signalbook.annotate.articles.reader import normalise_text
from signalbook.schema.documents.records import AnnotationDocument, Annotator, Article
from signalbook.schema.errors import ConversionError
from signalbook.schema.scheme.model import Json, JsonObject, Scheme

from .convert import from_label_studio
from .export_file import TaskText, submitted
from .foreign_results import translate

#: Annotation -> the name of its annotator in the data.
NameOf: TypeAlias = Callable[[JsonObject], str]
_TOOL = "Label Studio"


@dataclass(frozen=True)
class UnmappedResult:
    """Something in an annotation that no document has a place for."""

    article_id: str
    annotator_id: str
    fact: str

    @property
    def kind(self) -> str:
        """What it is, without the words that it was found at."""
        return self.fact.partition(": ")[0]

    @property
    def example(self) -> str:
        """Where it is."""
        return f"{self.article_id}, {self.annotator_id}: {self.fact.partition(': ')[2]}"


@dataclass(frozen=True)
class ExportDocuments:
    """An export as documents, and what of it became none."""

    documents: tuple[AnnotationDocument, ...]
    #: Annotations that their annotator cancelled.
    cancelled: int
    #: Annotations that their annotator made again.
    superseded: int
    unmapped: tuple[UnmappedResult, ...]
    #: Annotations that could not become documents, in words.
    problems: tuple[str, ...]


def convert_export(
    texts: Sequence[TaskText], articles: Mapping[str, Article], scheme: Scheme, name_of: NameOf
) -> ExportDocuments:
    """The newest annotation of every article by every annotator, as a document.

    Args:
        texts: Tasks of the export.
        articles: Article id -> article; annotations of others are left out.
        scheme: Scheme that was made of the project's page.
        name_of: Gives the name that an annotator has in the data.
    """
    newest: dict[tuple[str, str], tuple[TaskText, JsonObject]] = {}
    cancelled = superseded = 0
    for text, annotation in submitted(texts):
        article = articles.get(text.article_id)
        if annotation.get("was_cancelled") is True:
            cancelled += 1
        elif article is not None and article.text == normalise_text(text.text):
            key = text.article_id, name_of(annotation)
            superseded += key in newest
            if key not in newest or _moment(annotation) >= _moment(newest[key][1]):
                newest[key] = text, annotation
    documents: list[AnnotationDocument] = []
    unmapped: list[UnmappedResult] = []
    problems: list[str] = []
    for (id, name), (text, annotation) in sorted(newest.items(), key=lambda item: item[0]):
        try:
            document, facts = _convert(annotation, text, articles[id], scheme, name)
        except ConversionError as error:
            problems.append(f"{text.place}: {error}")
            continue
        documents.append(document)
        unmapped += [UnmappedResult(id, name, fact) for fact in facts]
    return ExportDocuments(
        tuple(documents), cancelled, superseded, tuple(unmapped), tuple(problems)
    )


def _convert(
    annotation: JsonObject, text: TaskText, article: Article, scheme: Scheme, name: str
) -> tuple[AnnotationDocument, list[str]]:
    results = annotation.get("result")
    translated = translate(results if isinstance(results, list) else [], text.text, scheme)
    metadata: dict[str, Json] = {k: v for k, v in article.to_dict().items() if k != "text"}
    data: dict[str, Json] = {"article": metadata, "text": article.text}
    annotator = Annotator.model_validate({"id": name, "tool": _TOOL, **_circumstances(annotation)})
    ours: JsonObject = {**annotation, "result": translated.results}
    converted = from_label_studio(ours, data, scheme, annotator)
    return converted.document, [*translated.unmapped, *converted.unmapped]


def _circumstances(annotation: JsonObject) -> dict[str, Json]:
    """When it was made, and how long it took, as far as the export says it rightly."""
    made, took = annotation.get("created_at"), annotation.get("lead_time")
    about: dict[str, Json] = {"created_at": made} if isinstance(made, str) else {}
    is_time = isinstance(took, int | float) and not isinstance(took, bool) and took >= 0
    return {**about, "lead_time_s": took} if is_time else about


def _moment(annotation: JsonObject) -> str:
    return str(annotation.get("updated_at") or annotation.get("created_at") or "")
