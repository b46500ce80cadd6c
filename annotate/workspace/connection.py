"""Find the server to talk to, and the token for it: flag, environment, signalbook.toml, embedded server."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from shlex import quote

from signalbook.annotate.label_studio.refusals import is_on_this_machine, require_plain_url
from signalbook.annotate.studio.start_stop import require_running, running
from signalbook.annotate.studio.state import STATE
from signalbook.schema.errors import AccessError, UsageError
from signalbook.schema.filesystem import is_open_to_others

from .workspace import Workspace

URL = "LABEL_STUDIO_URL"
TOKEN = "LABEL_STUDIO_API_KEY"
TOKEN_FILE = "LABEL_STUDIO_API_KEY_FILE"


@dataclass(frozen=True)
class Connection:
    """A server, and the token for it."""

    url: str
    token: str = field(repr=False)
    #: Where the URL comes from, in words.
    origin: str
    #: A token of the environment that is not used, since the embedded server has its own.
    ignored: str | None = None
    #: The file that the token comes from.
    token_file: Path | None = None

    @property
    def is_open(self) -> bool:
        """Whether whoever is on the way there can read along."""
        return self.url.startswith("http:") and not is_on_this_machine(self.url)

    @property
    def file_remedy(self) -> str:
        """The command that keeps others on this machine from reading the token, if they can."""
        return closing_command(self.token_file) if self.token_file else ""


def find_connection(workspace: Workspace, *, url: str | None = None) -> Connection:
    """The server that is meant: the flag, else the environment, else the workspace.

    Args:
        workspace: Workspace whose signalbook.toml and embedded server are looked at.
        url: URL that was given on the command line.

    Raises:
        UsageError: No server is named, and the embedded one was never started.
        ServerError: No server is named, and the embedded one does not run.
        AccessError: There is no token.
    """
    studio = running(workspace.studio)
    named = (
        (url, "the command line"),
        (os.environ.get(URL), URL),
        (workspace.server_url, "signalbook.toml"),
        (studio.url if studio else None, "the embedded Label Studio"),
    )
    for candidate, origin in named:
        if candidate:
            plain = require_plain_url(candidate)
            ours = studio.token if studio and studio.url == plain else None
            named_too = next((name for name in (TOKEN, TOKEN_FILE) if os.environ.get(name)), None)
            token, file = (ours, None) if ours else _token()
            return Connection(plain, token, origin, named_too if ours else None, file)
    if (workspace.studio / STATE).is_file():
        require_running(workspace.studio)
    raise UsageError(
        f"no server is known; set {URL}, or url under [server] in signalbook.toml, "
        "or start the embedded one with: signalbook studio start"
    )


def closing_command(path: Path) -> str:
    """The command that keeps others on this machine from reading a secret file, if they can."""
    return f"chmod 600 {quote(str(path))}" if is_open_to_others(path) else ""


def _token() -> tuple[str, Path | None]:
    """The token of the environment, and the file that it comes from."""
    if token := os.environ.get(TOKEN, "").strip():
        return token, None
    if file := os.environ.get(TOKEN_FILE):
        return _token_in(Path(file)), Path(file)
    raise AccessError(f"no token; set {TOKEN} or {TOKEN_FILE}")


def _token_in(path: Path) -> str:
    try:
        token = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise AccessError(f"{path}: cannot be read ({TOKEN_FILE}); correct the path") from error
    if not token:
        raise AccessError(f"{path}: is empty ({TOKEN_FILE}); put the token into it")
    return token
