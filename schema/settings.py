"""What every command knows about the workspace that it runs in."""

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import UsageError
from .filesystem import read_json

if TYPE_CHECKING:
    from signalbook.schema.documents.corrections import SendBack
    from signalbook.schema.documents.records import AnnotationDocument
    from signalbook.schema.documents.remarks import Remark
    from signalbook.schema.documents.suggestions import Suggestion
    from signalbook.schema.scheme.model import Scheme

#: A folder with this file is a workspace.
CONFIG = "signalbook.toml"


@dataclass(frozen=True)
class Settings:
    """Defaults of a command's options; outside a workspace they are all unset."""

    #: Where the scheme is: a file, folder or built-in name.
    scheme: str | None = None
    #: Annotation documents as JSON Lines, written by the last pull.
    documents: Path | None = None
    #: Article id -> annotator -> where their task is shown, as JSON, written by the last pull.
    links: Path | None = None
    #: What stands about single annotations, as JSON Lines, written by the last pull.
    remarks: Path | None = None
    #: What annotators were shown before they labelled, as JSON Lines, written by the last pull.
    suggested: Path | None = None
    #: What annotators made of articles that they were given again, written by the last pull.
    repeats: Path | None = None
    #: Gives id and hash of the texts that the workspace's own articles do not let us give away.
    withdrawn: Callable[[], AbstractSet[tuple[str, str]]] = field(default=frozenset, compare=False)
    #: Gives the ids of the workspace's own articles, labelled or not.
    article_ids: Callable[[], AbstractSet[str]] = field(default=frozenset[str], compare=False)
    #: Gives the documents of every stage before the one that is worked in, by its name.
    earlier_documents: Callable[[], Mapping[str, Path]] = field(default=dict, compare=False)
    #: Shows annotators what they should repair; None where no server is known.
    send_back: "SendBack | None" = field(default=None, compare=False)
    #: Folder of the published datasets.
    datasets: Path = field(default_factory=lambda: Path("datasets"))
    #: Name of the dataset; without one, it is that of the scheme.
    dataset: str | None = None
    #: The annotators are programs, as every release is to say.
    simulated_annotators: bool = False

    def dataset_name(self, scheme: "Scheme") -> str:
        """What the dataset is called, where no option names it."""
        return self.dataset or scheme.name

    def load_scheme(self, source: str | None = None, documents: Sequence[Path] = ()) -> "Scheme":
        """The scheme that was named, or that of the workspace, or the default one.

        Args:
            source: The scheme that was named.
            documents: Files of documents; where nothing else says which scheme, they do: the
                version of a built-in scheme that the first of them was made with.

        Raises:
            SchemeError: There is no such scheme, or mistakes are in it.
        """
        from signalbook.schema.scheme.loader import load_scheme

        named = self.scheme if source is None else source
        if named is None and documents:
            from signalbook.schema.documents.same_scheme import built_in_scheme_of

            named = built_in_scheme_of(documents)
        return load_scheme(named)

    def task_links(self, paths: Sequence[Path]) -> dict[str, dict[str, str]]:
        """Where the tasks of the last pull are shown; nothing where other paths were named."""
        if paths or self.links is None or not self.links.is_file():
            return {}
        way_out = "delete it: the next pull makes it anew"
        return read_json(self.links, dict[str, dict[str, str]], way_out=way_out) or {}

    def pull_remarks(self, paths: Sequence[Path]) -> "list[Remark]":
        """What is open about annotations of the last pull; nothing where other paths were named.

        Raises:
            DocumentError: The file is damaged.
        """
        from signalbook.schema.documents.remarks import read_remarks

        if paths or self.remarks is None:
            return []
        return [remark for remark in read_remarks(self.remarks) if remark.is_open]

    def suggestions(self, paths: Sequence[Path]) -> "list[Suggestion]":
        """What annotators of the last pull were shown; nothing where other paths were named.

        Raises:
            DocumentError: The file is damaged.
        """
        from signalbook.schema.documents.suggestions import read_suggestions

        return [] if paths or self.suggested is None else read_suggestions(self.suggested)

    def repeated(self, paths: Sequence[Path]) -> "list[AnnotationDocument]":
        """The later annotations of the last pull; nothing where other paths were named.

        Raises:
            DocumentError: The file is damaged.
        """
        from signalbook.schema.documents.jsonl import read_documents

        if paths or self.repeats is None or not self.repeats.is_file():
            return []
        return list(read_documents([self.repeats]))

    def documents_or(self, paths: Sequence[Path]) -> list[Path]:
        """The paths that were named, or the documents of the last pull.

        Raises:
            UsageError: nothing was named and nothing was pulled yet.
        """
        if paths:
            return list(paths)
        if self.documents is None or not self.documents.exists():
            raise UsageError("no documents: name files of them, or run signalbook pull first")
        return [self.documents]
