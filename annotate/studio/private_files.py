"""Secrets become files that only their owner can read."""

import os
from pathlib import Path

OWNER_ONLY_FILE = 0o600
OWNER_ONLY_FOLDER = 0o700


def make_private_folder(folder: Path) -> None:
    """Make a folder that only its owner can enter; an existing one is closed to others."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(OWNER_ONLY_FOLDER)


def write_private(path: Path, text: str) -> None:
    """Write a secret whole or not at all; at no moment can anybody else read it."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    temporary.unlink(missing_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    with os.fdopen(os.open(temporary, flags, OWNER_ONLY_FILE), "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(temporary, path)
