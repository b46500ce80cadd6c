import json
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from places import EXAMPLES

from signalbook.annotate.articles.reader import text_hash
from signalbook.annotate.cli.workspace import init, open_client
from signalbook.annotate.studio.accounts import users
from signalbook.annotate.studio.start_stop import Studio
from signalbook.annotate.studio.state import prepare_state
from signalbook.annotate.studio.state import read_state as read_studio_state
from signalbook.annotate.sync.pull import read_state as read_pull_state
from signalbook.annotate.workspace.assignment_settings import AssignmentSettings
from signalbook.annotate.workspace.connection import find_connection
from signalbook.annotate.workspace.new_workspace import init_workspace
from signalbook.annotate.workspace.pseudonyms import pseudonym
from signalbook.annotate.workspace.workspace import (
    Workspace,
    find_workspace,
    read_workspace,
    settings_here,
)
from signalbook.export.adjudication.gold_record import read_record
from signalbook.schema.errors import (
    AccessError,
    ConflictError,
    DocumentError,
    ServerError,
    UsageError,
)
from signalbook.schema.scheme.loader import load_scheme
from signalbook.schema.scheme.model import Scheme
from signalbook.schema.settings import Settings


@pytest.fixture(autouse=True)
def no_server_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LABEL_STUDIO_URL", "LABEL_STUDIO_API_KEY", "LABEL_STUDIO_API_KEY_FILE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return init_workspace(tmp_path / "reports")


def test_a_new_workspace_is_found_from_below(workspace: Workspace) -> None:
    assert find_workspace(workspace.articles) == workspace
    assert (workspace.title, workspace.assignment.overlap) == ("reports", 2)
    assert workspace.server_url is None
    assert (workspace.state / ".gitignore").read_text(encoding="utf-8").endswith("\n*\n")


def test_a_workspace_goes_on_with_the_version_of_the_scheme_that_it_began_with(
    workspace: Workspace, second_scheme: Scheme
) -> None:
    newest = load_scheme()
    assert workspace.scheme == f"{newest.name}/{newest.version.rpartition('.')[0]}"
    other = workspace.folder.parent / "other"
    CliRunner().invoke(init, [str(other), "--scheme", str(second_scheme.path)])
    assert settings_here(other).load_scheme() == load_scheme(second_scheme.path.resolve())


def test_a_workspace_is_never_made_twice(workspace: Workspace) -> None:
    config = workspace.folder / "signalbook.toml"
    config.write_text("[project]\noverlap = 3\n", encoding="utf-8")
    with pytest.raises(ConflictError, match="exists already"):
        init_workspace(workspace.folder)
    assert read_workspace(workspace.folder).assignment.overlap == 3


@pytest.mark.parametrize("name", ["ab", "x" * 60, 'quote " and \\ slash', "wörter"])
def test_any_folder_name_gives_a_title_that_the_server_takes(tmp_path: Path, name: str) -> None:
    assert 3 <= len(init_workspace(tmp_path / name).title) <= 50


def test_outside_a_workspace_the_way_in_is_reported(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="signalbook init"):
        find_workspace(tmp_path)
    assert settings_here(tmp_path) == Settings()


def test_everything_that_was_chosen_is_read(workspace: Workspace) -> None:
    scheme = EXAMPLES / "adverse_events" / "1.0"
    (workspace.folder / "mine").symlink_to(scheme)
    (workspace.folder / "signalbook.toml").write_text(
        '[project]\ntitle = "Reports 1"\noverlap = 3\n[scheme]\npath = "mine"\n'
        '[server]\nurl = "https://labels.example.org"\n[annotators]\n"Ada@Example.org" = "ada"\n',
        encoding="utf-8",
    )
    read = find_workspace(workspace.folder)
    assert read == Workspace(
        folder=workspace.folder,
        title="Reports 1",
        assignment=AssignmentSettings(overlap=3),
        scheme=str(workspace.folder / "mine"),
        server_url="https://labels.example.org",
        annotators={"ada@example.org": "ada"},
    )
    assert settings_here(read.articles) == Settings(
        scheme=read.scheme,
        documents=read.documents,
        links=read.task_links,
        suggested=read.suggested,
        repeats=read.repeats,
        remarks=read.remarks,
        datasets=read.folder / "datasets",
    )


def test_what_the_articles_do_not_let_one_give_away_is_known_although_others_are_broken(
    workspace: Workspace,
) -> None:
    articles = [
        {"id": "free", "text": "Gazette.", "redistributable": True},
        {"id": "kept", "text": "Gazette of yesterday.", "redistributable": False},
        {"id": "unsaid", "text": "Gazette of today.", "source_type": "of no kind that there is"},
        {"id": "broken", "text": 3},
    ]
    lines = "".join(f"{json.dumps(article)}\n" for article in articles)
    (workspace.articles / "a.jsonl").write_text(lines, encoding="utf-8")
    assert settings_here(workspace.folder).withdrawn() == {
        ("kept", text_hash("Gazette of yesterday.")),
        ("unsaid", text_hash("Gazette of today.")),
    }


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("[project", "is no TOML"),
        ("a = " + "[" * 5_000 + "]" * 5_000, "is no TOML"),
        ("[projekt]\n", "[projekt] is unknown; did you mean project?"),
        (
            "[nosuch]\n",
            (
                "[nosuch] is unknown; known: annotations, annotators, assignment, dataset, project, "
                "scheme, server"
            ),
        ),
        ("project = 1\n", "project is no table; write [project] above its keys"),
        ("[project]\noverlp = 2\n", "[project] overlp is unknown; did you mean overlap?"),
        ('[project]\noverlap = "2"\n', "[project] overlap is not a whole number"),
        ("[project]\noverlap = true\n", "[project] overlap is not a whole number"),
        ("[project]\noverlap = 2147483648\n", "overlap is 2147483648; write a number from 1 to"),
        (f"[project]\noverlap = {'9' * 23}\n", "; write a number from 1 to 2,147,483,647"),
        ("[project]\noverlap = 0\n", "overlap is 0; write a number from 1 to 2,147,483,647"),
        ('[project]\ntitle = "ab"\n', "title has 2 characters, not 3 to 50"),
        ('[server]\ntoken = "abc"\n', "secrets do not belong in this file"),
        (
            '[annotators]\nada = "ada"\n',
            '[annotators] ada: write it like "ada@example.org" = "ada"',
        ),
        (
            '[annotators]\n"a@b.org" = "a\\u001bb"\n',
            "[annotators] a@b.org: the name holds unprintable or outer white space",
        ),
        (
            '[annotators]\n"a@b.org" = "gold"\n',
            "[annotators] a@b.org: the name is that of gold annotations; write another",
        ),
        *(
            (
                f'[annotators]\n"a@b.org" = "{name}"\n',
                "[annotators] a@b.org: the name is an e-mail address, and names are published; write",
            )
            for name in ("a@b.org", "x@y.z", "Ada <x@y.z>")
        ),
        (
            f"[project]\noverlap = {'9' * 5_000}\n",
            "is no TOML: a number of 5,000 digits is too long to be read",
        ),
        (
            '[annotators]\n"a@b.org" = "ada"\n"c@d.org" = "Ada"\n',
            "c@d.org: is called both 'Ada' and 'ada', which differ in case alone; give one person one name",
        ),
        (
            '[annotators]\n"a@b.org" = "ada"\n"A@B.org" = "ben"\n',
            "A@B.org: is called both 'ben' and 'ada'; give one person one name",
        ),
        ('[annotations]\nu1 = "perhaps"\n', "[annotations] u1: write"),
        ("annotations = 1\n", "annotations is no table"),
    ],
)
def test_a_mistake_in_the_file_is_reported(workspace: Workspace, text: str, fact: str) -> None:
    config = workspace.folder / "signalbook.toml"
    config.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError) as refusal:
        read_workspace(workspace.folder)
    assert str(refusal.value).startswith(f"{config}: ")
    assert fact in str(refusal.value)


def test_a_pseudonym_is_stable_here_and_different_elsewhere(tmp_path: Path) -> None:
    here, there = (init_workspace(tmp_path / name) for name in ("here", "there"))
    name = pseudonym(here, "zoe@example.org")
    assert pseudonym(here, " Zoe@Example.ORG") == name
    assert pseudonym(here, "ben@example.org") != name
    assert pseudonym(there, "zoe@example.org") != name
    assert "zoe" not in name
    assert stat.S_IMODE(here.pseudonym_key.stat().st_mode) == 0o600


def test_a_chosen_name_goes_before_a_pseudonym(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path, "reports", annotators={"ada@example.org": "ada"})
    assert pseudonym(workspace, "Ada@example.org") == "ada"
    assert not workspace.state.exists()


def test_a_person_with_two_addresses_is_one_however_they_are_typed(workspace: Workspace) -> None:
    config = workspace.folder / "signalbook.toml"
    config.write_text(
        '[annotators]\n"zoe\u0301@example.org" = "zo\u00e9 "\n"z@example.org" = "zoe\u0301"\n',
        encoding="utf-8",
    )
    read = read_workspace(workspace.folder)
    addresses = ("zo\u00e9@example.org", " ZOE\u0301@example.org", "z@example.org")
    assert {pseudonym(read, address) for address in addresses} == {"zo\u00e9"}


def test_the_flag_goes_before_the_environment_and_that_before_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", "f" * 40)
    workspace = Workspace(tmp_path, "reports", server_url="https://file.example.org/")
    assert find_connection(workspace).url == "https://file.example.org"
    monkeypatch.setenv("LABEL_STUDIO_URL", "https://environment.example.org")
    assert find_connection(workspace).url == "https://environment.example.org"
    connection = find_connection(workspace, url="https://flag.example.org")
    assert (connection.url, connection.origin, connection.token) == (
        "https://flag.example.org",
        "the command line",
        "f" * 40,
    )
    assert "f" * 40 not in repr(connection)


def test_a_token_is_read_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "token"
    workspace = Workspace(tmp_path, "reports", server_url="https://labels.example.org")
    with pytest.raises(AccessError, match="set LABEL_STUDIO_API_KEY or"):
        find_connection(workspace)
    monkeypatch.setenv("LABEL_STUDIO_API_KEY_FILE", str(file))
    with pytest.raises(AccessError, match="token: cannot be read"):
        find_connection(workspace)
    file.write_text(" \n", encoding="utf-8")
    with pytest.raises(AccessError, match="token: is empty"):
        find_connection(workspace)
    file.write_text("e" * 40 + "\n", encoding="utf-8")
    assert find_connection(workspace).token == "e" * 40


def test_no_server_is_guessed(workspace: Workspace) -> None:
    with pytest.raises(UsageError, match="signalbook studio start"):
        find_connection(workspace)


def test_a_server_that_was_stopped_is_reported_with_the_way_to_start_it(
    workspace: Workspace,
) -> None:
    workspace.studio.mkdir(parents=True)
    prepare_state(workspace.studio, None)
    with pytest.raises(ServerError, match="start it with: signalbook studio start"):
        find_connection(workspace)


@pytest.mark.server
def test_the_embedded_server_is_found_with_its_own_token_and_no_other_gets_it(
    tmp_path: Path, studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = init_workspace(tmp_path / "reports")
    workspace.studio.symlink_to(studio.folder)
    with open_client(workspace) as client:
        assert client.whoami()["email"] == studio.email
    with pytest.raises(AccessError):
        find_connection(workspace, url="https://labels.example.org")
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", "f" * 40)
    assert find_connection(workspace, url="https://labels.example.org").token == "f" * 40
    assert find_connection(workspace).token == studio.token


@pytest.mark.parametrize(
    ("url", "is_told"),
    [
        ("http://labels.example.org", True),
        ("http://10.0.0.7:8080", True),
        ("https://labels.example.org", False),
        ("http://127.0.0.2:8080", False),
        ("http://[::1]:8080", False),
        ("http://localhost:8080", False),
    ],
)
def test_a_way_on_which_others_can_read_along_is_told_once(
    workspace: Workspace,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    url: str,
    is_told: bool,
) -> None:
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", "f" * 40)
    open_client(workspace, url=url).close()
    told = f"{url}: others on the way can read the token and the texts; "
    assert capsys.readouterr().err.count(told) == is_told


@pytest.mark.parametrize("key", ["", "\n", "no hex", "abcd", "\xff"])
def test_a_damaged_key_gives_no_pseudonym(key: str, workspace: Workspace) -> None:
    pseudonym(workspace, "ada@example.org")
    workspace.pseudonym_key.write_text(key, encoding="latin-1")
    with pytest.raises(DocumentError, match=r"pseudonym.key: is damaged; restore it"):
        pseudonym(workspace, "ada@example.org")


@pytest.mark.parametrize("content", [b"[1]", b"null", b"{", b"\xff\xfe", b'{"a": []}'])
def test_damaged_files_of_a_workspace_are_told_with_the_way_out(
    content: bytes, workspace: Workspace
) -> None:
    readers: dict[str, Callable[[], object]] = {
        "pulled.json": lambda: read_pull_state(workspace.state),
        "studio/studio.json": lambda: read_studio_state(workspace.studio),
        "studio/users.json": lambda: users(workspace.studio),
        "task-links.json": lambda: Settings(links=workspace.task_links).task_links([]),
        "gold.record.json": lambda: read_record(workspace.gold),
    }
    for name, read in readers.items():
        path = workspace.state / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
        with pytest.raises(DocumentError, match=f"{path.name}: is damaged; "):
            read()


def test_an_empty_path_of_the_scheme_is_not_the_built_in_one(tmp_path: Path) -> None:
    (tmp_path / "signalbook.toml").write_text('[scheme]\npath = ""\n', encoding="utf-8")
    with pytest.raises(UsageError, match=r"\[scheme\] path is empty; name a scheme, or delete"):
        read_workspace(tmp_path)
