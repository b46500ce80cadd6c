"""The workspace, a folder with a signalbook.toml: where things are, and what was chosen."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import cast

from signalbook.schema.errors import UsageError
from signalbook.schema.filesystem import (
    DECISIONS_FOLDER,
    GOLD_FILE,
    PULLED_DOCUMENTS,
    STATE_FOLDER,
)
from signalbook.schema.scheme.loader import (
    DEFAULT_SCHEME,
    STAGE,
    stage_names,
)
from signalbook.schema.scheme.model import Json
from signalbook.schema.settings import CONFIG, Settings
from signalbook.schema.text import counted

from .annotator_names import annotator_names
from .assignment_settings import AssignmentSettings, assignment_settings
from .project_titles import project_title
from .suggestion_settings import SuggestionSettings, suggestion_settings
from .toml_values import checked_values, read_toml

#: What [annotations] may say about an annotation, besides an e-mail address.
TAKE, LEAVE_OUT = "take", "leave out"
#: What the server takes as the title of a project.
TITLE_LENGTHS = range(3, 51)


@dataclass(frozen=True)
class Workspace:
    """One annotation project on this machine."""

    folder: Path
    title: str
    #: A push proposes the parties that a text names.
    propose: bool = False
    #: A path or the name of a built-in scheme; None means the default one.
    scheme: str | None = None
    #: Articles are labelled in the stages of the scheme.
    in_stages: bool = False
    #: The stage that is worked in, if they are.
    stage: str = ""
    server_url: str | None = None
    #: Name of the dataset; None means that of the scheme.
    dataset: str | None = None
    #: The annotators are programs, as every release is to say.
    simulated_annotators: bool = False
    #: Who labels which article.
    assignment: AssignmentSettings = field(default_factory=AssignmentSettings)
    #: Which articles come without the prediction that there is.
    suggestions: SuggestionSettings = field(default_factory=SuggestionSettings)
    #: E-mail address in small letters -> name in the data.
    annotators: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    #: Identity of an annotation -> "take", "leave out", or the e-mail address of whose it is.
    annotations: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def state(self) -> Path:
        """What Signalbook keeps between commands, of each stage apart; not for version control."""
        return self._common / "stages" / self.stage if self.stage else self._common

    @property
    def _common(self) -> Path:
        return self.folder / STATE_FOLDER

    @property
    def raw(self) -> Path:
        """The append-only store of what the server gave."""
        return self.state / "raw"

    @property
    def assigned(self) -> Path:
        """The append-only record of who was assigned which article."""
        return self.state / "assigned"

    @property
    def kept_back(self) -> Path:
        """The append-only log of predictions that annotators were not shown."""
        return self.state / "kept-back"

    @property
    def suggested(self) -> Path:
        """What annotators were shown before they labelled, made anew by every pull."""
        return self.state / "suggested.jsonl"

    @property
    def studio(self) -> Path:
        """The data of the embedded Label Studio."""
        return self._common / "studio"

    @property
    def pseudonym_key(self) -> Path:
        """The key of the pseudonyms; whoever has it can try out addresses."""
        return self._common / "pseudonym.key"

    @property
    def documents(self) -> Path:
        """Annotation documents, made anew by every pull."""
        return self.state / PULLED_DOCUMENTS

    @property
    def repeats(self) -> Path:
        """Documents of articles that annotators were given again, made anew by every pull."""
        return self.state / "repeats.jsonl"

    @property
    def gold(self) -> Path:
        """Adjudicated documents."""
        return self.state / GOLD_FILE

    @property
    def decisions(self) -> Path:
        """What adjudication decided, and why."""
        return self.state / "decisions.jsonl"

    @property
    def adjudicated(self) -> Path:
        """The append-only log of what people decided where annotators differ."""
        return self.state / DECISIONS_FOLDER

    @property
    def adjudication(self) -> Path:
        """What was pulled from the adjudicators' project: its raw store, and how far that is."""
        return self.state / "adjudication"

    @property
    def task_links(self) -> Path:
        """Where the tasks of the articles are shown, made anew by every pull."""
        return self.state / "task-links.json"

    @property
    def remarks(self) -> Path:
        """What stands about single annotations, made anew by every pull."""
        return self.state / "remarks.jsonl"

    @property
    def sent_back(self) -> Path:
        """What annotators were asked to repair; only added to."""
        return self.state / "sent-back"

    @property
    def articles(self) -> Path:
        """The articles to label."""
        return self.folder / "articles"

    @property
    def datasets(self) -> Path:
        """The published datasets."""
        return self.folder / "datasets"

    def at_stage(self, name: str) -> "Workspace":
        """The workspace, which is in no stage yet, in one: with documents and projects of its own."""
        scheme = f"{self.scheme or DEFAULT_SCHEME}{STAGE}{name}"
        return replace(self, stage=name, scheme=scheme, title=project_title(self.title, name))


def find_workspace(start: Path | None = None, *, stage: str | None = None) -> Workspace:
    """The workspace of the nearest ancestor that has a signalbook.toml.

    Args:
        start: Where to begin; left out, in the current folder.
        stage: Stage that is worked in; left out, it is the last, where there are stages.

    Raises:
        UsageError: There is none, its file is wrong, or it has no such stage.
    """
    folder = _nearest(start)
    if folder is None:
        raise UsageError(
            f"no {CONFIG} here or above {(start or Path.cwd()).resolve()}; make a workspace with: "
            "signalbook init"
        )
    return _in_stage(read_workspace(folder), stage)


def stages_here() -> list[str]:
    """The names of the stages in which the workspace of the current folder works; none outside.

    Raises:
        SignalbookError: The workspace's file or its scheme cannot be read.
    """
    folder = _nearest(None)
    workspace = read_workspace(folder) if folder else None
    return stage_names(workspace.scheme) if workspace and workspace.in_stages else []


def settings_here(start: Path | None = None, *, stage: str | None = None) -> Settings:
    """The defaults of every command's options; outside a workspace nothing is set.

    Args:
        start: As of `find_workspace`.
        stage: The same.

    Raises:
        UsageError: The workspace's file is wrong, or it has no such stage.
    """
    if _nearest(start) is None and stage is None:
        return Settings()
    workspace = find_workspace(start, stage=stage)
    return Settings(
        scheme=workspace.scheme,
        documents=workspace.documents,
        links=workspace.task_links,
        remarks=workspace.remarks,
        suggested=workspace.suggested,
        repeats=workspace.repeats,
        withdrawn=partial(_withdrawn, workspace.articles),
        article_ids=partial(_article_ids, workspace.articles),
        earlier_documents=partial(_earlier_documents, workspace),
        datasets=workspace.datasets,
        dataset=workspace.dataset,
        simulated_annotators=workspace.simulated_annotators,
    )


def _earlier_documents(workspace: Workspace) -> dict[str, Path]:
    """Name of a stage before the workspace's -> the documents of that stage."""
    if not workspace.stage:
        return {}
    unstaged = read_workspace(workspace.folder)
    names = stage_names(unstaged.scheme)
    earlier = names[: names.index(workspace.stage)]
    return {name: unstaged.at_stage(name).documents for name in earlier}


def read_workspace(folder: Path) -> Workspace:
    """The workspace that the signalbook.toml of this folder describes.

    Raises:
        UsageError: It is no TOML, or has something unknown in it.
    """
    path = folder / CONFIG
    tables = read_toml(path)
    annotators = annotator_names(path, tables.pop("annotators", {}))
    annotations = _annotations(path, tables.pop("annotations", {}))
    values = checked_values(path, tables)
    title = cast("str", values.get("project.title", "Signalbook"))
    if len(title) not in TITLE_LENGTHS:
        raise UsageError(
            f"{path}: [project] title has {counted(len(title), 'character')}, not 3 to 50"
        )
    scheme = cast("str | None", values.get("scheme.path"))
    if scheme == "":
        raise UsageError(f"{path}: [scheme] path is empty; name a scheme, or delete the line")
    return Workspace(
        folder=folder,
        title=title,
        propose=values.get("project.propose") is True,
        scheme=_resolved(folder, scheme) if scheme else None,
        in_stages=values.get("scheme.stages") is True,
        server_url=cast("str | None", values.get("server.url")),
        dataset=cast("str | None", values.get("dataset.name")),
        simulated_annotators=values.get("dataset.simulated_annotators") is True,
        assignment=assignment_settings(path, values, annotators),
        suggestions=suggestion_settings(path, values),
        annotators=annotators,
        annotations=annotations,
    )


def _withdrawn(articles: Path) -> set[tuple[str, str]]:
    """Id and hash of the texts that these articles do not let us give away.

    No scheme is asked: what else is wrong with an article does not free its text.
    """
    from signalbook.annotate.articles.reader import read_articles

    texts, _ = read_articles([articles])
    return {(text.id, text.text_sha256) for text in texts if not text.redistributable}


def _article_ids(articles: Path) -> set[str]:
    from signalbook.annotate.articles.reader import read_articles

    texts, _ = read_articles([articles])
    return {text.id for text in texts}


def _in_stage(workspace: Workspace, stage: str | None) -> Workspace:
    if not workspace.in_stages:
        if stage is not None:
            raise UsageError(
                f"{workspace.folder / CONFIG}: says nothing of stages; write stages = true under "
                "[scheme], or leave out --stage"
            )
        return workspace
    names = stage_names(workspace.scheme)
    if not names or (stage is not None and stage not in names):
        known = f"it has {', '.join(names)}" if names else "it has none (x-stages)"
        raise UsageError(
            f"the scheme of {workspace.folder / CONFIG} has no stage {stage or 'at all'}; {known}"
        )
    return workspace.at_stage(stage or names[-1])


def _nearest(start: Path | None) -> Path | None:
    here = (start or Path.cwd()).resolve()
    return next((f for f in (here, *here.parents) if (f / CONFIG).is_file()), None)


def _resolved(folder: Path, scheme: str) -> str:
    """A path from the workspace stays right wherever the command runs."""
    path = folder / scheme
    return str(path) if path.exists() else scheme


def _annotations(path: Path, table: Json) -> Mapping[str, str]:
    if not isinstance(table, dict):
        raise UsageError(f"{path}: annotations is no table; write [annotations] above its lines")
    decisions: dict[str, str] = {}
    for identity, decision in table.items():
        if not isinstance(decision, str) or not (decision in (TAKE, LEAVE_OUT) or "@" in decision):
            raise UsageError(
                f'{path}: [annotations] {identity}: write "{TAKE}", "{LEAVE_OUT}", '
                "or the e-mail address of whose it is"
            )
        decisions[identity] = decision
    return MappingProxyType(decisions)
