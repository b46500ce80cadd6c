"""Suggestions beside the documents that annotators made with them, or without them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from signalbook.export.agreement.corpus import Corpus
from signalbook.schema.documents.records import AnnotationDocument
from signalbook.schema.documents.suggestions import Suggestion

#: (article number, annotator number), as in a corpus.
Place: TypeAlias = tuple[int, int]


@dataclass(frozen=True)
class Suggested:
    """The suggestions of one model in a corpus."""

    model: str
    corpus: Corpus
    #: Those that annotators were shown, and those that were kept back from them.
    shown: Mapping[Place, Suggestion]
    kept_back: Mapping[Place, Suggestion]

    @property
    def all(self) -> Mapping[Place, Suggestion]:
        """Both."""
        return {**self.shown, **self.kept_back}

    @property
    def predictions(self) -> Iterable[AnnotationDocument]:
        """What the model said, some of it several times."""
        return (suggestion.prediction for suggestion in self.all.values())

    @property
    def span_types(self) -> Sequence[str]:
        """Types of which the model suggests any span, in the order of the scheme."""
        types = {span.type for prediction in self.predictions for span in prediction.spans}
        return [t.name for t in self.corpus.scheme.span_types if t.name in types]


def by_model(corpus: Corpus, suggestions: Iterable[Suggestion]) -> list[Suggested]:
    """The suggestions for documents of a corpus, those of each model apart."""
    articles = {id: number for number, id in enumerate(corpus.articles)}
    annotators = {id: number for number, id in enumerate(corpus.annotators)}
    models: dict[str, tuple[dict[Place, Suggestion], dict[Place, Suggestion]]] = {}
    for suggestion in suggestions:
        article = articles.get(suggestion.article_id, -1)
        place = article, annotators.get(suggestion.annotator_id, -1)
        document = corpus.documents.get(place)
        same = suggestion.prediction.article.text_sha256
        if document is not None and document.article.text_sha256 == same:
            model = models.setdefault(suggestion.prediction.annotator.id, ({}, {}))
            model[0 if suggestion.shown else 1][place] = suggestion
    return [Suggested(name, corpus, *parts) for name, parts in sorted(models.items())]
