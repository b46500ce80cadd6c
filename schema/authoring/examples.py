"""The example schemes that come with Signalbook, to read and to copy."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from signalbook.schema.errors import UsageError
from signalbook.schema.filesystem import write_bytes

_FOLDER = Path(__file__).parents[1] / "examples"
_ENDING = ".schema.json"


@dataclass(frozen=True)
class ExampleScheme:
    """A scheme to begin with."""

    name: str
    path: Path
    #: What it is about, in its own words.
    sentence: str

    @property
    def files(self) -> list[Path]:
        """The scheme and what lies beside it."""
        return sorted(file for file in self.path.parent.iterdir() if file.is_file())


def example_schemes() -> Mapping[str, ExampleScheme]:
    """Name -> example."""
    examples: dict[str, ExampleScheme] = {}
    for path in sorted(_FOLDER.glob(f"*/*/*{_ENDING}")):
        json_schema = json.loads(path.read_text(encoding="utf-8"))
        name = path.name.removesuffix(_ENDING)
        sentence = json_schema.get("description", json_schema["title"])
        examples[name] = ExampleScheme(name, path, sentence)
    return examples


def copy_example(name: str, folder: Path) -> list[Path]:
    """Copy an example into a folder; the new files come back, the scheme first.

    Raises:
        UsageError: There is no such example, or one of its files is there already.
    """
    examples = example_schemes()
    if name not in examples:
        known = ", ".join(examples)
        raise UsageError(f"there is no example called {name!r}; choose one of {known}")
    files = examples[name].files
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder}: is a file; name a folder to copy the example into")
    for file in files:
        if (folder / file.name).exists():
            fact = f"{folder / file.name}: is there already"
            raise UsageError(f"{fact}; name another folder, or delete it first")
    for file in files:
        write_bytes(folder / file.name, file.read_bytes())
    return sorted((folder / file.name for file in files), key=lambda f: not f.match(f"*{_ENDING}"))
