"""The names under which annotators appear in the data, instead of their e-mail addresses."""

import hmac
import secrets
from contextlib import suppress
from pathlib import Path

from signalbook.schema.errors import DocumentError
from signalbook.schema.filesystem import make_private_folder, write_private

from .annotator_names import plain_address
from .workspace import Workspace

_DIGITS = 12
_KEY_BYTES = 32


def pseudonym(workspace: Workspace, email: str) -> str:
    """The name chosen in signalbook.toml, or one that only the workspace's key can derive."""
    address = plain_address(email)
    if chosen := workspace.annotators.get(address):
        return chosen
    digest = hmac.new(_key(workspace.pseudonym_key), address.encode("utf-8"), "sha256")
    return f"annotator-{digest.hexdigest()[:_DIGITS]}"


def _key(path: Path) -> bytes:
    """The key, made once; without it the same people would get new names."""
    make_private_folder(path.parent)
    if not path.exists():
        with suppress(FileExistsError):  # another process made one meanwhile: that is the key
            write_private(path, secrets.token_hex(_KEY_BYTES) + "\n", replace=False)
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except ValueError:
        key = b""
    if len(key) != _KEY_BYTES:  # a short key would let anybody find the address behind a name
        raise DocumentError(
            f"{path}: is damaged; restore it from a backup, or delete it: annotators then get new "
            "names in the data"
        )
    return key
