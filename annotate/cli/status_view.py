"""Everything that `status` tells: server, store, documents and releases in one view.

Like the command line itself, this is a place where the folders meet.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from signalbook.annotate.sync.status import Annotated, OnServer, annotated, on_server
from signalbook.schema.errors import AccessError, SignalbookError

if TYPE_CHECKING:
    from signalbook.annotate.label_studio.client import LabelStudioClient
    from signalbook.annotate.workspace.workspace import Workspace
    from signalbook.schema.documents.records import AnnotationDocument
    from signalbook.schema.scheme.model import Scheme


@dataclass(frozen=True)
class View:
    """How far a workspace is."""

    title: str
    articles: int
    #: Articles, or whole files, that cannot be read.
    broken: int
    #: Nothing if the server cannot be asked.
    server: OnServer | None
    #: Why it cannot.
    unreachable: str
    #: It is known, but there is no token, or the token is refused.
    refused: bool
    annotators: list[Annotated]
    documents: int
    #: Documents with errors.
    invalid: int
    #: Articles with several annotations and no gold one.
    to_adjudicate: int
    #: Folder of the newest published version.
    last_release: str | None


def view_of(workspace: "Workspace", connect: "Callable[[], LabelStudioClient]") -> View:
    """Look at everything; a server that cannot be asked leaves its part out."""
    from signalbook.annotate.articles.reader import read_articles
    from signalbook.annotate.label_studio.project import require_project
    from signalbook.annotate.workspace.pseudonyms import pseudonym
    from signalbook.schema.scheme.loader import load_scheme

    scheme = load_scheme(workspace.scheme)
    folder = [workspace.articles] if workspace.articles.is_dir() else []
    articles, problems = read_articles(folder, article_schema=scheme.article_schema)
    server, reason, refused = None, "", False
    try:
        with connect() as client:
            project = require_project(client, workspace.title)
            server = on_server(
                client,
                project,
                articles,
                folder=workspace.state,
                pseudonym=lambda email: pseudonym(workspace, email),
            )
    except SignalbookError as error:
        reason, refused = str(error), isinstance(error, AccessError)
    drafts = server.drafts if server else {}
    documents = _documents(workspace)
    return View(
        title=workspace.title,
        articles=len(articles),
        broken=len({(p.path, p.line) for p in problems if p.severity == "error"}),
        server=server,
        unreachable=reason,
        refused=refused,
        annotators=annotated(workspace.raw, lambda e: pseudonym(workspace, e), drafts),
        documents=len(documents),
        invalid=_invalid(documents, scheme),
        to_adjudicate=_to_adjudicate(documents, workspace),
        last_release=_last_release(workspace),
    )


def _documents(workspace: "Workspace") -> "list[AnnotationDocument]":
    from signalbook.schema.documents.jsonl import read_documents

    return read_documents([workspace.documents]) if workspace.documents.is_file() else []


def _invalid(documents: "list[AnnotationDocument]", scheme: "Scheme") -> int:
    from signalbook.export.validation.checker import Checker, errors

    checker = Checker(scheme)
    return sum(bool(errors(checker.check(document))) for document in documents)


def _to_adjudicate(documents: "list[AnnotationDocument]", workspace: "Workspace") -> int:
    from signalbook.schema.documents.jsonl import read_documents

    path = workspace.documents.with_name("gold.jsonl")
    gold = read_documents([path]) if path.is_file() else []
    done = {document.article.id for document in gold}
    often = Counter(document.article.id for document in documents)
    return sum(number > 1 and id not in done for id, number in often.items())


def _last_release(workspace: "Workspace") -> str | None:
    from signalbook.export.release.versions import is_version, parse_version

    found = [
        (parse_version(folder.name), folder)
        for folder in workspace.datasets.glob("*/*")
        if folder.is_dir() and is_version(folder.name)
    ]
    if not found:
        return None
    return str(max(found)[1].relative_to(workspace.folder))
