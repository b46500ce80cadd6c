"""Measures become the text and the JSON that a maintainer reads on the command line."""

from collections.abc import Iterable, Mapping, Sequence

from .corpus import Corpus
from .measure import Measure


def agreement_json(
    corpus: Corpus,
    overall: Sequence[Measure],
    pairs: Iterable[tuple[str, str, Sequence[Measure]]],
) -> dict[str, object]:
    """What was measured, JSON-shaped."""
    return {
        "articles": len(corpus.articles),
        "doubly_annotated": corpus.doubly_annotated,
        "annotators": list(corpus.annotators),
        "measures": [measure.to_dict() for measure in overall],
        "pairs": [
            {"annotators": [one, other], "measures": [measure.to_dict() for measure in found]}
            for one, other, found in pairs
        ],
    }


def agreement_table(corpus: Corpus, overall: Sequence[Measure]) -> str:
    """A table for a terminal: layer, unit, field, value, target, n."""
    head = (
        f"{len(corpus.annotators)} annotators, {len(corpus.articles)} articles, "
        f"{corpus.doubly_annotated} seen by two or more\n\n"
    )
    columns = ("layer", "unit", "field", "coefficient", "value", "target", "n")
    rows = [columns, *map(_row, overall)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(columns))]
    lines = ["  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)) for row in rows]
    return head + "\n".join(line.rstrip() for line in lines)


def _row(measure: Measure) -> tuple[str, ...]:
    value = f"{measure.value:.3f}" if measure.value is not None else f"- ({measure.reason})"
    target = f"{measure.target:g}" if measure.target is not None else ""
    short = measure.value is not None and measure.target is not None
    mark = " <" if short and (measure.value or 0) < (measure.target or 0) else ""
    return (
        measure.layer,
        measure.unit,
        measure.field,
        measure.coefficient,
        value,
        target + mark,
        str(measure.n),
    )


def agreement_markdown(corpus: Corpus, overall: Sequence[Measure]) -> str:
    """The same table for the release's agreement/report.md."""
    lines = [
        "# Agreement\n",
        f"{len(corpus.annotators)} annotators, {len(corpus.articles)} articles, "
        f"{corpus.doubly_annotated} seen by two or more. `<` marks a value under its target.\n",
        "| layer | unit | field | coefficient | value | target | n |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    lines += ["| " + " | ".join(_row(measure)) + " |" for measure in overall]
    return "\n".join(lines) + "\n"


def below(overall: Iterable[Measure], gates: Mapping[str, float]) -> list[str]:
    """Sentences on every measure that a gate names and that is under it, or unknown."""
    found = list(overall)
    said: list[str] = []
    for name, least in gates.items():
        meant = [m for m in found if m.name == name or m.name.startswith(name + ".")]
        meant = meant or [m for m in found if m.field == name]
        if not meant:
            said.append(f"{name}: no such measure; see the names in --json")
        for measure in meant:
            if measure.value is None:
                said.append(f"{measure.name}: undefined ({measure.reason})")
            elif measure.value < least:
                said.append(f"{measure.name}: {measure.value:.3f} is under {least:g}")
    return said
