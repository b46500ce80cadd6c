"""What is to be labelled in a stage: what adjudication made of the one before, article by article."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from signalbook.annotate.conversion.beginning import Beginning, beginnings, pairs_of
from signalbook.annotate.workspace.workspace import Workspace, read_workspace
from signalbook.schema.documents.derived import with_derived
from signalbook.schema.documents.jsonl import read_documents
from signalbook.schema.documents.records import AnnotationDocument, Article
from signalbook.schema.scheme.model import Scheme
from signalbook.schema.scheme.stages import asks_pairs, stage_before


@dataclass(frozen=True)
class StageArticles:
    """What a stage has a task for, each with what it begins with."""

    articles: Sequence[Article]
    #: Id of a task's article -> what it begins with; nothing in the first stage, and without stages.
    beginnings: Mapping[str, Beginning] = field(default_factory=dict[str, Beginning])
    #: Articles that have a task, each once: they are what is assigned.
    labelled: Sequence[Article] = ()
    #: Ids of articles of which the stage before has no gold annotation.
    waiting: tuple[str, ...] = ()
    #: Ids of those of them that nobody has labelled in the stage before.
    unlabelled: tuple[str, ...] = ()

    @property
    def article_ids(self) -> dict[str, str]:
        """Id of a task's article -> that of the article which it is about, where these differ."""
        return {id: beginning.document.article.id for id, beginning in self.beginnings.items()}


def stage_articles(
    workspace: Workspace, scheme: Scheme, articles: Sequence[Article]
) -> StageArticles:
    """What a stage makes of the articles of a workspace.

    Args:
        workspace: Workspace in the stage.
        scheme: Scheme of the stage.
        articles: Articles as they are now.

    Raises:
        DocumentError: The gold annotations of the stage before are damaged.
        SchemeError: The function of the scheme that says which pairs are judged fails.
    """
    if stage_before(scheme) is None:
        return StageArticles(articles, labelled=articles)
    gold = _gold_before(workspace, scheme)
    tasks = [
        task
        for article in articles
        if (document := gold.get((article.id, article.text_sha256)))
        for task in beginnings(article, document, scheme)
    ]
    known = {beginning.document.article.id for _, beginning in tasks}
    waiting = tuple(a.id for a in articles if (a.id, a.text_sha256) not in gold)
    documents = _before(workspace, scheme).documents
    pulled = read_documents([documents]) if waiting and documents.is_file() else ()
    labelled = {document.article.id for document in pulled}
    return StageArticles(
        [article for article, _ in tasks],
        {article.id: beginning for article, beginning in tasks},
        [article for article in articles if article.id in known],
        waiting,
        tuple(id for id in waiting if id not in labelled),
    )


def documents_without_pairs(workspace: Workspace, scheme: Scheme) -> Iterator[AnnotationDocument]:
    """Documents of articles in which a stage of pairs has nothing to ask: they are whole as they are.

    Each is that of the stage before, for all who annotated the article there.
    """
    if not asks_pairs(scheme):
        return
    before = _before(workspace, scheme)
    gold = _gold_before(workspace, scheme)
    whole = {key: d for key, d in gold.items() if not pairs_of(d, scheme)}
    for document in read_documents([before.documents]) if whole else ():
        if found := whole.get((document.article.id, document.article.text_sha256)):
            whole_now = found.model_copy(update={"annotator": document.annotator, "dyads": ()})
            yield with_derived(whole_now, scheme)


def _before(workspace: Workspace, scheme: Scheme) -> Workspace:
    before = stage_before(scheme)
    assert before is not None
    return read_workspace(workspace.folder).at_stage(before)


def _gold_before(workspace: Workspace, scheme: Scheme) -> dict[tuple[str, str], AnnotationDocument]:
    """Id and hash of a text -> its gold annotation in the stage before."""
    path = _before(workspace, scheme).gold
    gold = read_documents([path]) if path.is_file() else []
    return {(d.article.id, d.article.text_sha256): d for d in gold}
