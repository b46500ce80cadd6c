"""One annotator's spans in all documents, as arrays."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from .coefficient import Bools, Ints


@dataclass(frozen=True)
class Spans:
    """Spans in parallel arrays ``[n]``; ends are exclusive. They may overlap and repeat."""

    documents: Ints
    starts: Ints
    ends: Ints
    #: Category codes from 0; all 0 where only the position matters.
    labels: Ints

    def __len__(self) -> int:
        return len(self.starts)

    def where(self, keep: Bools) -> "Spans":
        """The spans for which `keep` is true."""
        return Spans(self.documents[keep], self.starts[keep], self.ends[keep], self.labels[keep])


def gather(rows: Iterable[tuple[int, int, int, int]]) -> Spans:
    """Collect ``(document, start, end, label)`` rows in their order.

    Raises:
        ValueError: A span ends before it starts.
    """
    table = np.array(list(rows), dtype=np.int64).reshape(-1, 4)
    for document, start, end, _ in table[table[:, 2] < table[:, 1]]:
        raise ValueError(f"document {document}: span [{start}, {end}) ends before it starts")
    return Spans(*(np.ascontiguousarray(column) for column in table.T))
