"""Say what a maintainer should know about gold annotations that were made just now."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from signalbook.schema.text import counted, listed

if TYPE_CHECKING:
    from signalbook.export.adjudication.adjudicate import Adjudication
    from signalbook.export.adjudication.decision_log import Adjudicated

_MAX_SHOWN = 10


def gold_warnings(adjudication: "Adjudication", log: Path) -> Iterator[str]:
    """What a maintainer should know about gold annotations that were made just now."""
    yield from _model_warnings(adjudication)
    yield from _set_aside(adjudication, log)
    yield from _left_out(adjudication, log)
    yield from _undecided(adjudication)


def own_work_warnings(lines: "Iterable[Adjudicated]") -> Iterator[str]:
    """That adjudicators decided about their own annotations, which nobody forbids.

    Args:
        lines: What they decided about articles that they have annotated.
    """
    decided = [*lines]
    if decided:
        decisions = counted(sum(len(line.decisions) for line in decided), "decision")
        whose = [f"{line.article}: {line.adjudicator}" for line in decided]
        yield (
            f"{decisions} about {counted(len(decided), 'article')} by somebody who has annotated "
            f"the article, too ({listed(whose, _MAX_SHOWN)}); have another person decide them if "
            "you can"
        )


def _undecided(adjudication: "Adjudication") -> Iterator[str]:
    """What only people can decide, or have to decide again; and what nobody else has looked at."""
    record = adjudication.record
    send = "have them decided with: signalbook adjudicate send"
    if record.flagged:
        again = counted(sum(record.flagged.values()), "disagreement")
        units = [
            f"{article.article_id}: {' '.join(filter(None, (flagged.unit, flagged.field)))}"
            for article in adjudication.articles
            for flagged in article.flagged
        ]
        yield (
            f"{again} in adjudicated articles to decide again, since annotators have other "
            f"readings now; votes count until then ({listed(units, _MAX_SHOWN)}); {send}"
        )
    if record.open:
        ties = counted(sum(record.open.values()), "tie")
        yield (
            f"{ties} decided by the order of names, or of the scheme, and by no reason "
            f"({listed([*record.open], _MAX_SHOWN)}); {send}"
        )
    if record.of_one:
        alone = counted(len(record.of_one), "gold annotation is", "gold annotations are")
        yield f"{alone} made of one annotator's alone ({listed(record.of_one, _MAX_SHOWN)})"


def _model_warnings(adjudication: "Adjudication") -> Iterator[str]:
    """How much of the gold annotations is the model's, and why not the rest."""
    rule, decisions = adjudication.model_rule, adjudication.decisions
    if rule is None or not adjudication.articles:
        return
    if not decisions:
        yield f"the annotators differ nowhere, so there was nothing to decide by rule “{rule}”"
        return
    by_model = sum(decision.rule == rule for decision in decisions)
    others = "" if by_model == len(decisions) else "; other rules made the others"
    yield f"{by_model} of {counted(len(decisions), 'decision')} by rule “{rule}”{others}"
    fields: dict[str, list[str]] = {}
    for name, reason in adjudication.left_to_votes.items():
        fields.setdefault(reason, []).append(name)
    for reason, names in fields.items():
        yield f"not by the model ({reason}): {', '.join(names)}"


def _set_aside(adjudication: "Adjudication", log: Path) -> Iterator[str]:
    """That the annotation of one annotator stands, and neither votes nor people have a say in it."""
    articles = [article for article in adjudication.articles if article.set_aside]
    if articles:
        of_each = [
            f"{article.article_id}: {article.followed_decisions[0].chosen}, for what was decided "
            f"breaks {', '.join(article.set_aside)}"
            for article in articles
        ]
        by_people = sum(article.adjudicated is not None for article in articles)
        which = f"; {by_people} of them are adjudicated by people" if by_people else ""
        yield (
            f"gold of {counted(len(articles), 'article')} is the whole annotation of one annotator, "
            f"and not what was decided ({listed(of_each, _MAX_SHOWN)}){which}; see {log}, and have "
            "the annotations repaired with: signalbook validate"
        )


def _left_out(adjudication: "Adjudication", log: Path) -> Iterator[str]:
    """What repairs took out of gold, for each combination of rules."""
    units: dict[tuple[str, ...], list[str]] = {}
    for article in adjudication.articles:
        for decision in article.left_out:
            units.setdefault(decision.repaired, []).append(f"{article.article_id}: {decision.unit}")
    for rules, of_rules in units.items():
        rule = f"rule{'s' if len(rules) > 1 else ''} {', '.join(rules)}"
        yield (
            f"gold leaves out {counted(len(of_rules), 'unit')} that would break {rule}: "
            f"{listed(of_rules, _MAX_SHOWN)}; see {log}, and correct the annotations of what is "
            "to stay"
        )
