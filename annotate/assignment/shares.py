"""The projects of a workspace on the server, each with the articles that belong into it."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

from signalbook.annotate.label_studio.client import LabelStudioClient
from signalbook.annotate.label_studio.payloads import ProjectRecord
from signalbook.annotate.label_studio.project import require_project
from signalbook.annotate.workspace.workspace import Workspace
from signalbook.schema.documents.records import Article

from .blind import BlindPlan, blind_plan
from .record import AssignmentRecord


@dataclass(frozen=True)
class Share:
    """One project, and what belongs into it."""

    project: ProjectRecord
    #: Whose it is; None of the one for all.
    owner: str | None = None
    #: In the order in which they are to be labelled.
    articles: Sequence[Article] = ()
    #: Those that the owner gets again, after all others.
    repeated: Sequence[Article] = ()

    @property
    def servings(self) -> list[tuple[int, Sequence[Article]]]:
        """How many times they were given before, and the articles, as far as there are any."""
        return [(n, given) for n, given in enumerate((self.articles, self.repeated)) if given]


def project_shares(
    client: LabelStudioClient,
    workspace: Workspace,
    record: AssignmentRecord,
    articles: Sequence[Article] = (),
    *,
    article_ids: Mapping[str, str] = MappingProxyType({}),
    pulled: Callable[[], Collection[int]] = tuple,
) -> list[Share]:
    """The projects that a workspace has or had, those without anything to send among them.

    Args:
        client: Client of the server.
        workspace: Workspace that says whether there is one project or one for each annotator.
        record: What was assigned.
        articles: Articles to send, as far as they are anybody's.
        article_ids: Id of what is sent -> that of the article that was assigned, where these differ.
        pulled: Gives the ids of the server's projects that earlier pulls were of.

    Raises:
        ConflictError: One is not there, and one that was its like has another title.
        UsageError: One is not there.
    """
    planned = blind_plan(workspace, record)
    if workspace.assignment.is_blind:
        return [
            *_of_annotators(client, planned, record, articles, article_ids),
            *_existing(client, planned, record, workspace),
        ]

    def pulled_for_all() -> set[int]:
        return {*pulled()} - {id for url, id in record.owners() if url == client.url}

    project = require_project(client, workspace.title, pulled=pulled_for_all)
    return [Share(project, articles=articles), *_existing(client, planned, record)]


def _of_annotators(
    client: LabelStudioClient,
    planned: BlindPlan,
    record: AssignmentRecord,
    articles: Sequence[Article],
    article_ids: Mapping[str, str],
) -> Iterator[Share]:
    """The projects of those who label now."""
    given: defaultdict[str, list[Article]] = defaultdict(list)
    for article in articles:
        given[article_ids.get(article.id, article.id)].append(article)
    for name in planned.people:
        title = planned.titles[name]
        project = _project_of(client, record, name, title) or require_project(
            client, title, pulled=partial(record.projects_of, client.url, name)
        )
        own = [a for a in planned.by_annotator[name] if a.article in given]
        yield Share(
            project,
            owner=name,
            articles=[each for a in own if not a.repeat for each in given[a.article]],
            repeated=[each for a in own if a.repeat for each in given[a.article]],
        )


def _existing(
    client: LabelStudioClient,
    planned: BlindPlan,
    record: AssignmentRecord,
    workspace: Workspace | None = None,
) -> Iterator[Share]:
    """Projects in which work may lie, though nothing is sent there any more."""
    if workspace is not None and (project := client.find_project(workspace.title)):
        yield Share(project)
    for name in planned.left if workspace else planned.titles:
        if project := _project_of(client, record, name, planned.titles[name]):
            yield Share(project, owner=name)


def _project_of(
    client: LabelStudioClient, record: AssignmentRecord, name: str, title: str
) -> ProjectRecord | None:
    """The project of an annotator; also if it still has the title of a former name."""
    if project := client.find_project(title):
        return project
    noted = record.projects_of(client.url, name)
    titles = client.project_titles() if noted else {}
    former = [id for id, last in noted.items() if titles.get(id) == last]
    return client.get_project(former[-1]) if former else None
