"""Find out what each annotator was shown of an article before labelling it, or was kept from.

What was shown is what the server held on the task before the annotation was made; what was kept
back is in our own log. Where neither is certain, nothing is said: of a task with predictions of
several models, or whose prediction is gone.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from signalbook.annotate.conversion.convert import canonical, from_label_studio
from signalbook.schema.documents.records import AnnotationDocument, Annotator
from signalbook.schema.documents.suggestions import Suggestion
from signalbook.schema.errors import ConversionError
from signalbook.schema.scheme.model import JsonObject, Scheme

from .raw_store import RawLine, RawStore, StoredAnnotation, repeat_of
from .suggestions import SUGGESTION, KeptBack
from .tasks import ARTICLE_ID, TEXT_SHA256

#: Server, project, article and hash of its text: a task, whatever its number there.
_Place: TypeAlias = tuple[str, int, str, str]


@dataclass(frozen=True)
class _Mark:
    """What a push noted on a task."""

    model: str
    shown: bool
    without: float


def shown_suggestions(
    store: RawStore,
    annotations: Iterable[StoredAnnotation],
    kept_back: Sequence[KeptBack],
    scheme: Scheme,
    pseudonym: Callable[[str], str],
) -> list[Suggestion]:
    """One suggestion for each of these annotations before which there was one.

    Args:
        store: What pulls have brought.
        annotations: Annotations that became documents.
        kept_back: What pushes kept back.
        scheme: Scheme that the page was made from.
        pseudonym: Gives the name that stands for an e-mail address in the data.
    """
    finder = _Finder(store, kept_back, scheme)
    suggestions: list[Suggestion] = []
    for annotation in annotations:
        place = _place(annotation.line, annotation.data)
        if _is_part(annotation.data):
            continue
        mark = _mark(finder.tasks[annotation.line.task])
        if mark is not None and not mark.shown:
            prediction = finder.kept_back(place)
        else:
            prediction = finder.on_server(place, annotation, mark)
        if prediction is not None:
            suggestions.append(
                Suggestion(
                    article_id=place[2],
                    annotator_id=pseudonym(annotation.author),
                    shown=mark is None or mark.shown,
                    without=None if mark is None else mark.without,
                    prediction=_without_text(prediction),
                )
            )
    return sorted(suggestions, key=lambda s: (s.article_id, s.annotator_id))


class _Finder:
    """The predictions of each task."""

    def __init__(self, store: RawStore, kept_back: Sequence[KeptBack], scheme: Scheme) -> None:
        self.tasks = {line.identity: line.content for line in store.lines if line.kind == "task"}
        self._scheme = scheme
        self._kept_back = {line.place: line.prediction for line in kept_back}
        self._on_server: dict[_Place, list[RawLine]] = {}
        for line in store.lines:
            task = self.tasks.get(line.task, {})
            data = task.get("data")
            if line.kind == "prediction" and isinstance(data, dict) and not repeat_of(task):
                self._on_server.setdefault(_place(line, data), []).append(line)

    def kept_back(self, place: _Place) -> AnnotationDocument | None:
        """What a task came without, in the form in which it would have come back."""
        prediction = self._kept_back.get(place)
        try:
            return None if prediction is None else canonical(prediction, self._scheme)
        except ConversionError:  # the scheme has changed since
            return None

    def on_server(
        self, place: _Place, annotation: StoredAnnotation, mark: _Mark | None
    ) -> AnnotationDocument | None:
        """What a task showed when an annotation of it was made, if that is certain."""
        made = _moment(annotation.line)
        earlier = [line for line in self._on_server.get(place, ()) if _moment(line) <= made]
        if not earlier or len({str(line.content.get("model_version")) for line in earlier}) > 1:
            return None
        newest = max(earlier, key=_moment)
        model = mark.model if mark is not None else str(newest.content.get("model_version"))
        try:
            return from_label_studio(
                newest.content, annotation.data, self._scheme, Annotator(id=model)
            ).document
        except ConversionError:  # made by somebody else, who put there what no document can hold
            return None


def _mark(task: JsonObject) -> _Mark | None:
    meta = task.get("meta")
    mark = meta.get(SUGGESTION) if isinstance(meta, dict) else None
    match mark:
        case {"model": str(model), "shown": bool(shown), "without": int() | float() as without}:
            return _Mark(model, shown, float(without))
        case _:
            return None


def _place(line: RawLine, data: Mapping[str, object]) -> _Place:
    return line.server, line.project, str(data.get(ARTICLE_ID)), str(data.get(TEXT_SHA256))


def _is_part(data: JsonObject) -> bool:
    """Whether a task asks of a part of an article, as of one pair."""
    article = data.get("article")
    return not isinstance(article, dict) or article.get("id") != data.get(ARTICLE_ID)


def _moment(line: RawLine) -> datetime:
    return datetime.fromisoformat(str(line.content["created_at"]))


def _without_text(prediction: AnnotationDocument) -> AnnotationDocument:
    article = prediction.article.model_copy(update={"text": None})
    return prediction.model_copy(update={"article": article})
