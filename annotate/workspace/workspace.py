"""The workspace, a folder with a signalbook.toml: where things are, and what was chosen."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import cast
from unicodedata import normalize

from signalbook.schema.documents.annotators import GOLD_ID, plain_name
from signalbook.schema.documents.limits import unfit_id
from signalbook.schema.errors import ConflictError, UsageError
from signalbook.schema.filesystem import PULLED_DOCUMENTS, STATE_FOLDER, write_text
from signalbook.schema.json_text import json_line, number_fact
from signalbook.schema.scheme.loader import find_scheme, name_of
from signalbook.schema.scheme.model import Json
from signalbook.schema.settings import CONFIG, Settings
from signalbook.schema.text import counted

DEFAULT_OVERLAP = 2
_KEYS: dict[str, dict[str, type]] = {
    "project": {"title": str, "overlap": int},
    "scheme": {"path": str},
    "server": {"url": str},
    "dataset": {"name": str, "simulated_annotators": bool},
}
#: What [annotations] may say about an annotation, besides an e-mail address.
TAKE, LEAVE_OUT = "take", "leave out"
_KINDS = {str: "text in quotes", int: "a whole number", bool: "true or false"}
#: What reads as an e-mail address, wherever it stands in a name.
_ADDRESS = re.compile(r"\S@\S")
_SECRET_KEYS = ("token", "api_key", "key", "password")
_TITLE_LENGTHS = range(3, 51)
#: The server keeps it in 32 bits.
_OVERLAPS = range(1, 2**31)
_TEMPLATE = """\
# A Signalbook workspace. What is left out has the value shown.
# The token is never written here: set LABEL_STUDIO_API_KEY or LABEL_STUDIO_API_KEY_FILE.

[project]
# The name of the project in Label Studio, 3 to 50 characters.
title = "{title}"
# How many annotators label each article.
overlap = 2

[scheme]
# A scheme file or its folder, from here, or the name of a built-in scheme with its version.
path = {scheme}

[server]
# Your Label Studio; left out, it is the one that `signalbook studio start` starts here.
# url = "https://labels.example.org"

[dataset]
# The name of the dataset that is published; left out, it is the name of the scheme.
# name = "news"
# Write true where programs annotate, as in a trial of your own: every release then says so.
# simulated_annotators = false

[annotations]
# Whose an annotation is, where `signalbook pull` says that it is not plain: "take" it as the
# server has it, "leave out", or credit it to an e-mail address.
# "3d148524-db8a-4fc8-a4da-48e97a956ca3" = "take"

[annotators]
# The name in the data for an e-mail address; others get a pseudonym that nobody can reverse.
# Somebody with two addresses is one person, if both have the same name.
# "ada@example.org" = "ada"
"""


@dataclass(frozen=True)
class Workspace:
    """One annotation project on this machine."""

    folder: Path
    title: str
    #: How many annotators label each article.
    overlap: int = DEFAULT_OVERLAP
    #: A path or the name of a built-in scheme; None means the default one.
    scheme: str | None = None
    server_url: str | None = None
    #: Name of the dataset; None means that of the scheme.
    dataset: str | None = None
    #: The annotators are programs, as every release is to say.
    simulated_annotators: bool = False
    #: E-mail address in small letters -> name in the data.
    annotators: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    #: Identity of an annotation -> "take", "leave out", or the e-mail address of whose it is.
    annotations: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def state(self) -> Path:
        """What Signalbook keeps between commands; not for version control."""
        return self.folder / STATE_FOLDER

    @property
    def raw(self) -> Path:
        """The append-only store of what the server gave."""
        return self.state / "raw"

    @property
    def studio(self) -> Path:
        """The data of the embedded Label Studio."""
        return self.state / "studio"

    @property
    def pseudonym_key(self) -> Path:
        """The key of the pseudonyms; whoever has it can try out addresses."""
        return self.state / "pseudonym.key"

    @property
    def documents(self) -> Path:
        """Annotation documents, made anew by every pull."""
        return self.state / PULLED_DOCUMENTS

    @property
    def gold(self) -> Path:
        """Adjudicated documents."""
        return self.state / "gold.jsonl"

    @property
    def decisions(self) -> Path:
        """What adjudication decided, and why."""
        return self.state / "decisions.jsonl"

    @property
    def task_links(self) -> Path:
        """Where the tasks of the articles are shown, made anew by every pull."""
        return self.state / "task-links.json"

    @property
    def remarks(self) -> Path:
        """What stands about single annotations, made anew by every pull."""
        return self.state / "remarks.jsonl"

    @property
    def articles(self) -> Path:
        """The articles to label."""
        return self.folder / "articles"

    @property
    def datasets(self) -> Path:
        """The published datasets."""
        return self.folder / "datasets"


def plain_address(email: str) -> str:
    """An e-mail address as it is compared: however it is typed, it is one."""
    return normalize("NFC", email).strip().lower()


def find_workspace(start: Path | None = None) -> Workspace:
    """The workspace of the nearest ancestor that has a signalbook.toml.

    Raises:
        UsageError: There is none, or its file is wrong.
    """
    folder = _nearest(start)
    if folder is None:
        raise UsageError(
            f"no {CONFIG} here or above {(start or Path.cwd()).resolve()}; make a workspace with: "
            "signalbook init"
        )
    return read_workspace(folder)


def settings_here(start: Path | None = None) -> Settings:
    """The defaults of every command's options; outside a workspace nothing is set.

    Raises:
        UsageError: The workspace's file is wrong.
    """
    folder = _nearest(start)
    if folder is None:
        return Settings()
    workspace = read_workspace(folder)
    return Settings(
        scheme=workspace.scheme,
        documents=workspace.documents,
        links=workspace.task_links,
        remarks=workspace.remarks,
        withdrawn=partial(_withdrawn, workspace.articles),
        datasets=workspace.datasets,
        dataset=workspace.dataset,
        simulated_annotators=workspace.simulated_annotators,
    )


def init_workspace(folder: Path, scheme: str | None = None) -> Workspace:
    """Make a workspace in a folder, which may hold other things already.

    Args:
        folder: Folder to make it in.
        scheme: What is written as the path of its scheme; left out, it is the built-in one, with
            the version of now: a later version of Signalbook goes on with it.

    Raises:
        ConflictError: It is a workspace already.
    """
    config = folder / CONFIG
    if config.exists():
        raise ConflictError(f"{config}: exists already; edit it, or choose another folder")
    (folder / "articles").mkdir(parents=True, exist_ok=True)
    name = "".join(sign for sign in folder.resolve().name if sign.isprintable())
    title = name.replace("\\", "").replace('"', "")[: _TITLE_LENGTHS[-1]]
    shown = title if len(title) in _TITLE_LENGTHS else "Signalbook"
    ignore = folder / STATE_FOLDER / ".gitignore"
    write_text(ignore, "# Secrets and the embedded server: nothing of it is shared.\n*\n")
    # A string of JSON is one of TOML.
    path = json_line(scheme or name_of(find_scheme()))
    write_text(config, _TEMPLATE.format(title=shown, scheme=path))
    return read_workspace(folder.resolve())


def read_toml(path: Path) -> dict[str, Json]:
    """What a TOML file holds.

    Raises:
        UsageError: It is no TOML.
    """
    try:
        return cast("dict[str, Json]", tomllib.loads(path.read_text(encoding="utf-8")))
    except ValueError as error:
        raise UsageError(f"{path}: is no TOML: {number_fact(error)}") from error
    except RecursionError as error:
        raise UsageError(f"{path}: is no TOML: it is nested too deeply to be read") from error


def read_workspace(folder: Path) -> Workspace:
    """The workspace that the signalbook.toml of this folder describes.

    Raises:
        UsageError: It is no TOML, or has something unknown in it.
    """
    path = folder / CONFIG
    tables = read_toml(path)
    annotators = annotator_names(path, tables.pop("annotators", {}))
    annotations = _annotations(path, tables.pop("annotations", {}))
    values = _checked(path, tables)
    title = cast("str", values.get("project.title", "Signalbook"))
    overlap = cast("int", values.get("project.overlap", DEFAULT_OVERLAP))
    if len(title) not in _TITLE_LENGTHS:
        raise UsageError(
            f"{path}: [project] title has {counted(len(title), 'character')}, not 3 to 50"
        )
    if overlap not in _OVERLAPS:
        raise UsageError(
            f"{path}: [project] overlap is {overlap}; write a number from 1 to {_OVERLAPS[-1]:,}"
        )
    scheme = cast("str | None", values.get("scheme.path"))
    if scheme == "":
        raise UsageError(f"{path}: [scheme] path is empty; name a scheme, or delete the line")
    return Workspace(
        folder=folder,
        title=title,
        overlap=overlap,
        scheme=_resolved(folder, scheme) if scheme else None,
        server_url=cast("str | None", values.get("server.url")),
        dataset=cast("str | None", values.get("dataset.name")),
        simulated_annotators=values.get("dataset.simulated_annotators") is True,
        annotators=annotators,
        annotations=annotations,
    )


def annotator_names(path: Path, table: Json, *, numbers: bool = False) -> Mapping[str, str]:
    """E-mail address in small letters -> the name that it has in the data.

    Args:
        path: File that says so, for messages.
        table: What stands there.
        numbers: Whether the number of an account may stand for an address.

    Raises:
        UsageError: A name cannot be one, or one person has two.
    """
    if not isinstance(table, dict):
        raise UsageError(f"{path}: annotators is no table; write [annotators] above its lines")
    names: dict[str, str] = {}
    for email, value in table.items():
        is_key = "@" in email or (numbers and email.isdecimal())
        if not is_key or not isinstance(value, str) or not value.strip():
            raise UsageError(
                f'{path}: [annotators] {email}: write it like "ada@example.org" = "ada"'
            )
        name, address = plain_name(value), plain_address(email)
        if fact := _unfit_name(name):
            raise UsageError(f"{path}: [annotators] {email}: the name {fact}; write another")
        alike = next((n for n in names.values() if n.casefold() == name.casefold()), name)
        if names.setdefault(address, name) != name or alike != name:
            raise UsageError(
                f"{path}: [annotators] {email}: is called both {name!r} and "
                f"{names[address] if alike == name else alike!r}; give one person one name"
            )
    return MappingProxyType(names)


def _withdrawn(articles: Path) -> set[tuple[str, str]]:
    """Id and hash of the texts that these articles do not let us give away.

    No scheme is asked: what else is wrong with an article does not free its text.
    """
    from signalbook.annotate.articles.reader import read_articles

    texts, _ = read_articles([articles])
    return {(text.id, text.text_sha256) for text in texts if not text.redistributable}


def _nearest(start: Path | None) -> Path | None:
    here = (start or Path.cwd()).resolve()
    return next((f for f in (here, *here.parents) if (f / CONFIG).is_file()), None)


def _resolved(folder: Path, scheme: str) -> str:
    """A path from the workspace stays right wherever the command runs."""
    path = folder / scheme
    return str(path) if path.exists() else scheme


def _checked(path: Path, tables: Mapping[str, Json]) -> dict[str, Json]:
    """`table.key` -> value; every table and key is one of ours, and of its kind."""
    values: dict[str, Json] = {}
    for table, content in tables.items():
        if table not in _KEYS:
            known = {**_KEYS, "annotators": {}, "annotations": {}}
            raise UsageError(f"{path}: [{table}] is unknown{_meant(table, known)}")
        if not isinstance(content, dict):
            raise UsageError(f"{path}: {table} is no table; write [{table}] above its keys")
        keys = _KEYS[table]
        for key, value in content.items():
            if key in _SECRET_KEYS:
                raise UsageError(
                    f"{path}: [{table}] {key}: secrets do not belong in this file; "
                    "take it out and set LABEL_STUDIO_API_KEY"
                )
            if key not in keys:
                raise UsageError(f"{path}: [{table}] {key} is unknown{_meant(key, keys)}")
            if type(value) is not keys[key]:
                raise UsageError(f"{path}: [{table}] {key} is not {_KINDS[keys[key]]}")
            values[f"{table}.{key}"] = value
    return values


def _unfit_name(name: str) -> str:
    """What is wrong with the name of an annotator, or nothing: everybody can read it."""
    if name == GOLD_ID:
        return "is that of gold annotations"
    if _ADDRESS.search(name):
        return "is an e-mail address, and names are published"
    return unfit_id(name)


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


def _meant(word: str, known: Mapping[str, object]) -> str:
    close = get_close_matches(word, known, n=1)
    return f"; did you mean {close[0]}?" if close else f"; known: {', '.join(sorted(known))}"
