"""The commands that send disagreements to adjudicators, and collect what they decided."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

import click

from signalbook.export.cli.adjudicate import EXISTING_GOLD, GoldFiles, make_gold
from signalbook.export.cli.gold_warnings import gold_warnings, own_work_warnings
from signalbook.schema.cli.options import JSON, URL
from signalbook.schema.cli.output import print_outcome, say
from signalbook.schema.errors import FindingsError
from signalbook.schema.text import counted, listed

from .workspace import locked, open_client, workspace_here

if TYPE_CHECKING:
    from signalbook.annotate.label_studio.client import LabelStudioClient
    from signalbook.annotate.label_studio.payloads import ProjectRecord
    from signalbook.annotate.sync.adjudication import Decided, Sent
    from signalbook.annotate.workspace.workspace import Workspace
    from signalbook.export.adjudication.adjudicate import Adjudication
    from signalbook.export.adjudication.contested import ContestedArticle
    from signalbook.export.adjudication.decision_log import Adjudicated, DecisionLog
    from signalbook.export.annotators.models import Model
    from signalbook.schema.documents.records import AnnotationDocument
    from signalbook.schema.scheme.model import Scheme

_MAX_SHOWN = 10


@click.command("send", short_help="Have people decide where annotators differ.")
@URL
@JSON
def send_command(url: str | None, as_json: bool) -> None:
    """Send the articles in which annotators differ or ask something to a project for adjudicators.

    Only these articles are sent, each once. A task lists what annotators ask, with a question mark
    in a note, then the disagreements, the weightiest first, and shows each annotator's reading under a blind name: A, B, and so on, in every article in
    another order. An adjudicator's own annotation starts as what the votes make of the article.

    The project is called as the workspace, with “adjudication”. Whoever opens it sees the work of
    all annotators, so give its link to adjudicators alone.

    \b
    Examples:
      signalbook adjudicate send
      signalbook adjudicate send --json
    """
    from signalbook.annotate.label_studio.journal import JOURNAL, Journal
    from signalbook.annotate.sync.adjudication import AdjudicationTask, send
    from signalbook.export.adjudication.contested import contested_articles
    from signalbook.export.adjudication.questions import open_questions
    from signalbook.schema.cli.progress import progress_bar

    round = _Round.of(workspace_here())
    problems: list[str] = []
    warnings: list[str] = []
    sent: Sent | None = None
    page = ""
    with open_client(round.workspace, url=url) as client, locked(round.workspace):
        if client.projects_called(round.title):
            problems += round.bring_in(client, round.project(client)["id"])[1]
        asked = open_questions(round.documents, round.scheme, round.log)
        contested = contested_articles(round.documents, round.adjudicated(), asked)
        if wrong := round.with_errors(contested):
            warnings.append(
                f"annotations of {counted(len(wrong), 'article')} have errors, which adjudicators "
                f"are shown as they are ({listed(wrong, _MAX_SHOWN)}); have them repaired first "
                "with: signalbook validate --send-back"
            )
            if not as_json:
                say(warnings[0], err=True)
        if contested:
            round.note_shown(contested)
            project = round.project(client)["id"]
            page = f"{client.url}/projects/{project}"
            with progress_bar("sending articles") as bar:
                sent = send(
                    client,
                    project,
                    [
                        AdjudicationTask(a.draft.article, a.made_from, a.draft, a.readings, a.lines)
                        for a in contested
                    ],
                    scheme=round.scheme,
                    journal=Journal(round.workspace.state / JOURNAL),
                    on_count=bar.count,
                )
    _show_sent(sent, problems, warnings, page, as_json=as_json)


@click.command("collect", short_help="Bring in what people decided.")
@EXISTING_GOLD
@URL
@JSON
def collect_command(existing: str | None, url: str | None, as_json: bool) -> None:
    """Bring in what adjudicators decided, and make the gold annotations anew.

    Each decision goes into a log that is only added to, with what annotators had, what the votes
    make of it, who decided and when. Gold follows from the annotations and this log.

    \b
    Examples:
      signalbook adjudicate collect
      signalbook adjudicate collect --existing keep
    """
    from signalbook.schema.errors import UsageError

    round = _Round.of(workspace_here())
    workspace = round.workspace
    with open_client(workspace, url=url) as client, locked(workspace):
        if not client.projects_called(round.title):
            raise UsageError(
                f"{client.url}: no project is called {round.title!r}; create it with: "
                "signalbook adjudicate send"
            )
        new, problems = round.bring_in(client, round.project(client)["id"])
    files = GoldFiles(workspace.gold, workspace.decisions, workspace.adjudicated)
    adjudication = make_gold(
        round.documents, round.scheme, files, model=round.policy, existing=existing
    )
    own = round.of_own_work()
    warnings = [
        *round.broken(new),
        *gold_warnings(adjudication, workspace.decisions),
        *own_work_warnings(own),
    ]
    _show_collected(new, adjudication, own, problems, warnings, as_json=as_json)


@dataclass(frozen=True)
class _Round:
    """What both commands work on."""

    workspace: "Workspace"
    scheme: "Scheme"
    documents: "list[AnnotationDocument]"
    log: "DecisionLog"

    @classmethod
    def of(cls, workspace: "Workspace") -> "_Round":
        """All that is known without the server.

        Raises:
            UsageError: Nothing was pulled yet.
        """
        from signalbook.export.adjudication.decision_log import DecisionLog
        from signalbook.export.cli.annotators_documents import read_annotators
        from signalbook.schema.scheme.loader import load_scheme
        from signalbook.schema.scheme.stages import asks_pairs
        from signalbook.schema.settings import Settings

        scheme = load_scheme(workspace.scheme)
        if asks_pairs(scheme):  # an adjudicator decides about an article, and not pair by pair
            scheme = scheme.whole
        settings = click.get_current_context().find_object(Settings) or Settings()
        documents = read_annotators(settings.documents_or(()), scheme).documents
        return cls(workspace, scheme, documents, DecisionLog(workspace.adjudicated))

    @property
    def title(self) -> str:
        """The title of the adjudicators' project."""
        from signalbook.annotate.workspace.project_titles import project_title

        return project_title(self.workspace.title, "adjudication")

    @property
    def policy(self) -> "Model":
        """What decided, when gold was made last, where annotators differ and no person has decided."""
        from signalbook.export.adjudication.gold_record import last_policy

        return last_policy(self.workspace.gold)

    def project(self, client: "LabelStudioClient") -> "ProjectRecord":
        """The adjudicators' project, as scheme and workspace want it.

        Raises:
            ConflictError: The one that earlier commands were of has another title.
        """
        from signalbook.annotate.label_studio.journal import JOURNAL, Journal
        from signalbook.annotate.label_studio.project import apply, desired_settings, plan
        from signalbook.annotate.sync.pull import pulled_projects
        from signalbook.annotate.sync.raw_store import RawStore

        folder = self.workspace.adjudication
        pulled = partial(pulled_projects, RawStore(folder / "raw"), folder, client.url)
        desired = desired_settings(self.scheme, title=self.title, overlap=1)
        journal = Journal(self.workspace.state / JOURNAL)
        return apply(client, plan(client, desired, pulled=pulled), journal).project

    def adjudicated(self) -> "Adjudication":
        """What follows from the annotations and from what people decided."""
        from signalbook.export.adjudication.adjudicate import adjudicate

        return adjudicate(self.documents, self.scheme, model=self.policy, log=self.log.latest)

    def note_shown(self, contested: "Sequence[ContestedArticle]") -> None:
        """Keep what adjudicators are shown, as what they decide is decided between that."""
        from signalbook.export.adjudication.decision_log import Shown

        at = datetime.now(UTC).isoformat(timespec="seconds")
        self.log.append(
            Shown(kind="shown", article=a.id, made_from=a.made_from, at=at, documents=a.documents)
            for a in contested
            if self.log.shown(a.id, a.made_from) is None
        )

    def bring_in(
        self, client: "LabelStudioClient", project: int
    ) -> "tuple[list[Adjudicated], list[str]]":
        """Add to the log what adjudicators decided since; also what could not be read, in words."""
        from signalbook.annotate.sync.adjudication import collect

        decided, problems = collect(client, project, self.workspace, lambda: self.scheme)
        new: list[Adjudicated] = []
        for item in decided:
            if self.log.has(item.annotation, item.at):
                continue
            line = self._line(item)
            if line is None:
                problems.append(
                    f"{item.document.article.id}: what {item.document.annotator.id} was shown is not "
                    "in the log of this workspace; restore it from a backup"
                )
            else:
                new.append(line)
        self.log.append(new)
        return new, problems

    def _line(self, decided: "Decided") -> "Adjudicated | None":
        from signalbook.export.adjudication.adjudicator import read_decisions

        shown = self.log.shown(decided.document.article.id, decided.made_from)
        if shown is None:
            return None
        return read_decisions(
            decided.document,
            shown,
            self.scheme,
            annotation=decided.annotation,
            at=decided.at,
            corpus=self.documents,
        )

    def of_own_work(self) -> "list[Adjudicated]":
        """What adjudicators decided about articles that they have annotated, too."""
        from signalbook.export.adjudication.decision_log import of_own_work

        return of_own_work(self.log.latest.values(), self.documents)

    def with_errors(self, contested: "Sequence[ContestedArticle]") -> list[str]:
        """The ids of articles in whose annotations a rule of the scheme does not hold."""
        from signalbook.export.validation.checker import Checker, errors

        checker = Checker(self.scheme)
        return [
            article.id
            for article in contested
            if any(errors(checker.check(document)) for document in article.documents)
        ]

    def broken(self, lines: "Sequence[Adjudicated]") -> Iterator[str]:
        """What adjudicators decided against a rule of the scheme: gold is repaired there."""
        from signalbook.export.validation.checker import Checker, errors
        from signalbook.schema.documents.derived import with_derived

        checker = Checker(self.scheme)
        for line in lines:
            issues = errors(checker.check(with_derived(line.document, self.scheme)))
            if issues:
                rules = listed(sorted({issue.id for issue in issues}), _MAX_SHOWN)
                yield (
                    f"{line.article}: what {line.adjudicator} decided breaks {rules}, and gold is "
                    f"repaired there ({issues[0].message}); have it corrected in Label Studio"
                )


def _show_sent(
    sent: "Sent | None",
    problems: Sequence[str],
    told: Sequence[str],
    page: str,
    *,
    as_json: bool,
) -> None:
    """Print what was sent; `told` are warnings that the terminal has shown already."""
    created, present, updated = (sent.created, sent.present, sent.updated) if sent else (0, 0, ())
    errors = [*problems, *(sent.problems if sent else ())]
    warnings: list[str] = []
    if updated:
        warnings.append(
            f"annotators have changed {counted(len(updated), 'article')} since an adjudicator began "
            f"({listed(updated, _MAX_SHOWN)}): the list of what is to decide is new, and the tabs "
            "show the readings of before"
        )
    lines = [
        (
            "Nothing is to decide: annotators differ in no article that people have not decided, "
            "and ask nothing."
        )
    ]
    remarks: list[str] = []
    if sent:
        lines = [
            f"Sent {counted(created, 'article')} to adjudicators; {present} were there already."
        ]
        remarks = [
            (
                f"Adjudicators decide at {page}; bring their decisions back with: signalbook adjudicate "
                "collect"
            )
        ]
    print_outcome(
        "adjudicate send",
        as_json=as_json,
        lines=lines,
        remarks=[*errors, *warnings, *remarks],
        ok=not errors,
        data={"project": page, "updated": [*updated]} if sent else None,
        counts={"created": created, "present": present, "updated": len(updated)},
        warnings=[*told, *warnings],
        errors=errors,
    )
    if errors:
        click.get_current_context().exit(FindingsError.exit_status)


def _show_collected(
    new: "Sequence[Adjudicated]",
    adjudication: "Adjudication",
    own: "Sequence[Adjudicated]",
    problems: Sequence[str],
    warnings: Sequence[str],
    *,
    as_json: bool,
) -> None:
    decisions = [decision for line in new for decision in line.decisions]
    confirmed = sum(decision.is_confirmed for decision in decisions)
    record = adjudication.record
    what = counted(len(decisions), "new decision")
    errors = [
        *problems,
        *(f"{id}: no annotation is free of errors" for id in adjudication.without_gold),
    ]
    print_outcome(
        "adjudicate collect",
        as_json=as_json,
        lines=[
            (
                f"Collected {what} about {counted(len(new), 'article')}, {confirmed} of them as the "
                f"votes have it; {counted(len(adjudication.gold), 'gold annotation')}, with "
                f"{counted(sum(record.ruled.values()), 'decision')} of people."
            )
        ],
        remarks=[*errors, *warnings],
        ok=not errors,
        data={
            "articles": [line.article for line in new],
            "of_own_work": {line.article: line.adjudicator for line in own},
        },
        counts={
            "articles": len(new),
            "decisions": len(decisions),
            "confirmed": confirmed,
            "gold": len(adjudication.gold),
            "ruled": sum(record.ruled.values()),
            "flagged": sum(record.flagged.values()),
            "of_own_work": sum(len(line.decisions) for line in own),
        },
        warnings=warnings,
        errors=errors,
    )
    if errors:
        click.get_current_context().exit(FindingsError.exit_status)
