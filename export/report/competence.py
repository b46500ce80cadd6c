"""Models of annotators become a table: how well each does on each layer, by each model."""

from signalbook.export.annotators.models import MODELS, Models

from .section import Cell, Section
from .wording import Words

_TEXT = (
    "Majority: the share of an annotator's judgements that are those of most. Dawid and Skene "
    "(1979): the probability of being right. MACE (Hovy et al. 2013): the probability of knowing "
    "rather than guessing. A model that should not be trusted on a layer has no number there."
)


def competence_section(models: Models) -> Section:
    """One row for each layer and annotator that a model can be fitted to."""
    words = Words(models.corpus.scheme)
    doubted = {(fit.labels.name, fit.model) for fit in models.fits if fit.caution}
    found: dict[tuple[str, str], dict[str, Cell]] = {}
    judged: dict[tuple[str, str], int] = {}
    for one in models.competence:
        value = None if (one.layer, one.model) in doubted else one.value
        found.setdefault((one.layer, one.annotator), {})[one.model] = value
        judged[one.layer, one.annotator] = one.n
    rows = tuple(
        (
            _layer(words, layer),
            annotator,
            *(values.get(m) for m in MODELS),
            judged[layer, annotator],
        )
        for (layer, annotator), values in found.items()
    )
    columns = ("Layer", "Annotator", "Majority", "Dawid-Skene", "MACE", "Judgements")
    return Section("competence", "Competence", _TEXT, columns, rows)


def _layer(words: Words, name: str) -> str:
    """`layer.unit.field` in words."""
    _, unit, field = name.split(".", 2)
    return words.both(unit, field)
