"""What an annotator was shown is said where the raw store and our log make it certain, else nothing."""

from pathlib import Path

import pytest

from signalbook.annotate.conversion.to_results import to_label_studio
from signalbook.annotate.sync.raw_store import LineKind, RawLine, RawStore, content_hash
from signalbook.annotate.sync.shown_suggestions import shown_suggestions
from signalbook.annotate.sync.suggestions import SHOWN_AS, Arms, KeptBack, suggesting_task
from signalbook.schema.documents.example import read_example
from signalbook.schema.documents.records import AnnotationDocument
from signalbook.schema.documents.suggestions import Suggestion
from signalbook.schema.scheme.model import Json, JsonObject, Scheme

SERVER = "https://labels.example.org"


@pytest.fixture
def example(second_scheme: Scheme) -> AnnotationDocument:
    example = read_example(second_scheme)
    assert example is not None
    return example


class Pulled:
    """A raw store with one task, one annotation of it, and predictions."""

    def __init__(
        self, folder: Path, example: AnnotationDocument, scheme: Scheme, *, without: float
    ) -> None:
        self.example, self.scheme, self.store = example, scheme, RawStore(folder)
        task = suggesting_task(example.article, scheme, [example], Arms(without))
        self.task: JsonObject = {"data": task["data"], "meta": task.get("meta", {})}
        self.key = content_hash(self.task)
        self._append("task", self.key, self.task)
        self._append("annotation", "one", self._made("10:00", completed_by=7))

    def predict(self, model: str, at: str) -> None:
        """The server has a prediction on the task."""
        results: list[Json] = [*to_label_studio(self.example, self.scheme)]
        content: JsonObject = {**self._made(at), "model_version": model, "result": results}
        self._append("prediction", f"{model} {at}", content)

    def suggestions(self, *predictions: AnnotationDocument) -> list[Suggestion]:
        """What is said, where these were kept back."""
        article = self.example.article
        kept_back = [
            KeptBack(
                server=SERVER,
                project=1,
                article=article.id,
                text_sha256=article.text_sha256,
                at="2031-05-03T09:00:00Z",
                prediction=prediction,
            )
            for prediction in predictions
        ]
        annotations = self.store.annotations()
        return shown_suggestions(
            self.store, annotations, kept_back, self.scheme, lambda address: address
        )

    def _made(self, at: str, **values: Json) -> JsonObject:
        moment = f"2031-05-03T{at}:00Z"
        return {"created_at": moment, "updated_at": moment, "result": [], **values}

    def _append(self, kind: LineKind, identity: str, content: JsonObject) -> None:
        line = RawLine(
            kind=kind,
            identity=identity,
            updated_at=str(content.get("updated_at", "")),
            content=content,
            task=self.key,
            server=SERVER,
            project=1,
            round=None,
            tool="Label Studio 1.2.3",
            pulled_at="2031-05-03T12:00:00Z",
        )
        self.store.append([line])


@pytest.fixture
def with_suggestions(tmp_path: Path, example: AnnotationDocument, second_scheme: Scheme) -> Pulled:
    return Pulled(tmp_path, example, second_scheme, without=0.0)


@pytest.fixture
def without(tmp_path: Path, example: AnnotationDocument, second_scheme: Scheme) -> Pulled:
    return Pulled(tmp_path, example, second_scheme, without=1.0)


def test_the_model_is_the_one_that_the_task_names(with_suggestions: Pulled) -> None:
    with_suggestions.predict(SHOWN_AS, "09:00")
    [suggestion] = with_suggestions.suggestions()
    assert (suggestion.shown, suggestion.without) == (True, 0.0)
    assert suggestion.prediction.annotator.id == with_suggestions.example.annotator.id
    assert len(suggestion.prediction.spans) == len(with_suggestions.example.spans)


def test_nothing_is_said_where_it_is_not_certain(with_suggestions: Pulled) -> None:
    assert with_suggestions.suggestions() == []  # the prediction is gone
    with_suggestions.predict(SHOWN_AS, "11:00")
    assert with_suggestions.suggestions() == []  # it came after the annotation
    with_suggestions.predict(SHOWN_AS, "09:00")
    assert len(with_suggestions.suggestions()) == 1
    with_suggestions.predict("another", "09:30")
    assert with_suggestions.suggestions() == []  # two models


def test_what_was_kept_back_is_of_the_log_and_fits_the_scheme(without: Pulled) -> None:
    assert without.suggestions() == []
    [suggestion] = without.suggestions(without.example)
    assert (suggestion.shown, suggestion.without, suggestion.is_drawn) == (False, 1.0, False)
    first, *others = without.example.spans
    other_type = first.model_copy(update={"type": "of an earlier version"})
    outdated = without.example.model_copy(update={"spans": (other_type, *others)})
    assert without.suggestions(outdated) == []
