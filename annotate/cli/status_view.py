"""Gather what `status` shows: server, store, documents and releases.

Like the command line itself, this is a place where the folders meet.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from signalbook.annotate.articles.find_files import ArticleProblem
from signalbook.annotate.articles.reader import read_articles
from signalbook.annotate.assignment import assignment_record
from signalbook.annotate.label_studio.client import LabelStudioClient
from signalbook.annotate.studio.start_stop import running
from signalbook.annotate.sync.authorship import article_of, included_annotations, task_link
from signalbook.annotate.sync.raw_store import RawStore
from signalbook.annotate.sync.stage_articles import stage_articles
from signalbook.annotate.sync.status import (
    AnnotatorProgress,
    ServerProgress,
    annotator_progress,
    planned_assignment,
    server_progress,
)
from signalbook.annotate.workspace.pseudonyms import pseudonym
from signalbook.annotate.workspace.workspace import Workspace
from signalbook.export.adjudication.decision_log import DecisionLog, of_own_work
from signalbook.export.adjudication.gold_record import read_record
from signalbook.export.adjudication.questions import open_questions
from signalbook.export.release.read import names_its_version
from signalbook.export.validation.checker import Checker, errors
from signalbook.schema.documents.derived import completed
from signalbook.schema.documents.jsonl import read_documents
from signalbook.schema.documents.questions import Question
from signalbook.schema.documents.records import AnnotationDocument
from signalbook.schema.documents.remarks import Remark, read_remarks
from signalbook.schema.errors import AccessError, DocumentError, SignalbookError
from signalbook.schema.scheme.loader import load_scheme
from signalbook.schema.scheme.model import Scheme
from signalbook.schema.versions import is_version, parse_version

from .workspace import shares_of


@dataclass(frozen=True)
class WorkspaceStatus:
    """How far a workspace is."""

    title: str
    articles: int
    #: Ids of those that an earlier stage has to be done with first.
    waiting: list[str]
    #: Articles, or whole files, that cannot be read.
    broken: int
    #: None if the server cannot be asked.
    server: ServerProgress | None
    #: It is not the embedded one, so the files that pulls leave on its disk are not ours to delete.
    is_elsewhere: bool
    #: Why it cannot be asked.
    unreachable: str
    #: The server is known, but there is no token, or the token is refused.
    refused: bool
    annotators: list[AnnotatorProgress]
    #: Articles that fewer annotators have than there should be; None where none are assigned.
    to_assign: int | None
    #: None before the first pull, or if they cannot be read, and so are the next two.
    documents: int | None
    #: Why the documents cannot be read; empty if they can.
    documents_damage: str
    #: Documents with errors.
    invalid: int | None
    #: Articles with several annotations and no gold one.
    to_adjudicate: int | None
    #: Articles whose gold annotation was made from other annotations than there are now.
    stale_gold: list[str]
    #: Articles about which a person has to decide something again.
    flagged_gold: list[str]
    #: Articles in which ties were decided by an order, of names or of the scheme, and no reason.
    tied_gold: list[str]
    #: Articles whose gold annotation is made of one annotator's alone.
    gold_of_one: list[str]
    #: Articles of which no annotation is left, though their gold annotation was made of some.
    lone_gold: list[str]
    #: Article id -> who decided about it, and has annotated it, too.
    of_own_work: dict[str, str]
    #: What annotators ask and nobody has answered, each with the task that it is asked on.
    questions: list[tuple[Question, str]]
    #: What stands about single annotations since the last pull.
    remarks: list[Remark]
    #: Folder of the newest published version.
    last_release: str | None
    #: Its manifest cannot be read, or is of another version.
    last_release_is_damaged: bool


def workspace_status(
    workspace: Workspace, connect: Callable[[], LabelStudioClient]
) -> WorkspaceStatus:
    """Look at everything; a server that cannot be asked leaves its part out."""
    scheme = load_scheme(workspace.scheme)
    folder = [workspace.articles] if workspace.articles.is_dir() else []
    given, problems = read_articles(folder, article_schema=scheme.article_schema)
    in_stage = stage_articles(workspace, scheme, given)
    articles = in_stage.articles
    name_of = partial(pseudonym, workspace)
    store = RawStore(workspace.raw)
    server, reason, refused = None, "", False
    try:
        with connect() as client:
            server = server_progress(
                client,
                shares_of(workspace, client, articles, in_stage.article_ids),
                scheme=scheme,
                store=store,
                folder=workspace.state,
                pseudonym=name_of,
                beginnings=in_stage.beginnings,
            )
    except SignalbookError as error:
        reason, refused = str(error), isinstance(error, AccessError)
    studio = running(workspace.studio)
    annotations = included_annotations(store.annotations(), workspace.annotations)
    drafts = server.drafts if server else None
    assigned, planned = assignment_record(workspace), None
    if workspace.assignment.is_blind:
        planned = planned_assignment(workspace, assigned, in_stage.labelled, annotations)
    documents, damage = _pulled_documents(workspace, scheme)
    gold = read_documents([workspace.gold]) if workspace.gold.is_file() else []
    record = read_record(workspace.gold)
    release = _last_release(workspace.datasets)
    return WorkspaceStatus(
        title=workspace.title,
        articles=len(given),
        waiting=[*in_stage.waiting],
        broken=len(_broken(problems, workspace)),
        server=server,
        is_elsewhere=server is not None and (studio is None or studio.url != server.url),
        unreachable=reason,
        refused=refused,
        annotators=annotator_progress(
            annotations,
            name_of,
            drafts,
            assigned.assignments,
            accounts=server.accounts if server else None,
            left=planned.left if planned else (),
            tasks_of=Counter(in_stage.article_ids.values()),
        ),
        to_assign=len({a.article for a in planned.new}) if planned else None,
        documents=None if documents is None else len(documents),
        documents_damage=damage,
        invalid=None if documents is None else _invalid(documents, scheme),
        to_adjudicate=None if documents is None else _to_adjudicate(documents, gold),
        stale_gold=[]
        if record is None or documents is None
        else record.stale(gold, documents, DecisionLog(workspace.adjudicated).hashes),
        flagged_gold=[] if record is None else record.to_decide_again(gold),
        tied_gold=[] if record is None else [*record.open],
        gold_of_one=[] if record is None else record.of_one,
        lone_gold=[] if record is None or documents is None else record.gone(gold, documents),
        of_own_work={
            line.article: line.adjudicator
            for line in of_own_work(
                DecisionLog(workspace.adjudicated).latest.values(), documents or ()
            )
        },
        questions=_questions(
            open_questions(documents or (), scheme, DecisionLog(workspace.adjudicated)),
            {(name_of(a.author), article_of(a)): task_link(a.line) for a in annotations},
        ),
        remarks=read_remarks(workspace.remarks),
        last_release=str(release.relative_to(workspace.folder)) if release else None,
        last_release_is_damaged=release is not None and not names_its_version(release),
    )


def _broken(
    problems: Iterable[ArticleProblem], workspace: Workspace
) -> set[tuple[Path, int | None]]:
    """Where articles cannot be read; that a new workspace has none is nothing of the kind."""
    return {
        (problem.path, problem.line)
        for problem in problems
        if problem.severity == "error" and problem.path != workspace.articles
    }


def _pulled_documents(
    workspace: Workspace, scheme: Scheme
) -> tuple[list[AnnotationDocument] | None, str]:
    """The documents of the last pull, or why they cannot be read; neither before there was one."""
    if not workspace.documents.exists():
        return None, ""
    try:
        return [completed(d, scheme) for d in read_documents([workspace.documents])], ""
    except DocumentError as error:
        return None, str(error).split("\n")[-1]


def _questions(
    asked: Iterable[Question], tasks: Mapping[tuple[str, str], str]
) -> list[tuple[Question, str]]:
    """Each with the address of its task; empty of one that was not pulled here."""
    return [(question, tasks.get((question.annotator, question.article), "")) for question in asked]


def _invalid(documents: Iterable[AnnotationDocument], scheme: Scheme) -> int:
    checker = Checker(scheme)
    return sum(bool(errors(checker.check(document))) for document in documents)


def _to_adjudicate(
    documents: Sequence[AnnotationDocument], gold: Sequence[AnnotationDocument]
) -> int:
    adjudicated = {document.article.id for document in gold}
    annotators = Counter(document.article.id for document in documents)
    return sum(number > 1 and id not in adjudicated for id, number in annotators.items())


def _last_release(datasets: Path) -> Path | None:
    versions = [
        (parse_version(folder.name), folder)
        for folder in datasets.glob("*/*")
        if folder.is_dir() and is_version(folder.name)
    ]
    return max(versions)[1] if versions else None
