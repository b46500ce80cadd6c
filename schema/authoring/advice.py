"""Advise an author on what is known to hurt agreement; none of it is a mistake.

Each piece of advice has a source: a publication, or what two trials of the built-in scheme found.
Their coders were language models, which agree better than people do.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from signalbook.schema.documents.annotation import value_words
from signalbook.schema.scheme.coefficients import DESCRIPTIVE
from signalbook.schema.scheme.keys import TAKEN
from signalbook.schema.scheme.model import Field, Scheme


@dataclass(frozen=True)
class AdviceKind:
    """One thing that is known to hurt agreement."""

    fact: str
    way_out: str
    source: str
    #: Whether it is named without being asked for, as it cannot be what was meant.
    always: bool = False


@dataclass(frozen=True)
class Advice:
    """A place in a scheme where that may happen."""

    #: One of `ADVICE`.
    id: str
    #: A unit, or a field of it, such as `claim.stance`.
    place: str
    #: What of it, such as the values that are meant; may be empty.
    detail: str = ""


ADVICE: Final[Mapping[str, AdviceKind]] = {
    "undefined-values": AdviceKind(
        "values that no description tells apart",
        'write a "description" or an "x-rule" to each',
        (
            "in two trials of the built-in scheme, whose coders were language models, alpha with "
            "an expert on what an act costs was .35 in the first, and .92 in the second, for which "
            "rules had been written that say what each value covers"
        ),
    ),
    "long-list": AdviceKind(
        "many values in one list, not all of them described",
        "describe each, or ask in two steps",
        (
            "the number of categories and the training of coders are among the things that "
            "agreement depends on (Bayerl and Paul 2011, Computational Linguistics 37:4)"
        ),
    ),
    "no-way-out": AdviceKind(
        "a choice that has to be made, without a value for what fits none",
        'add one such as "other" or "unclear", or do not require an answer',
        (
            "categories have to be exhaustive, with one for what is something else or cannot be "
            "told (Neuendorf 2017, The Content Analysis Guidebook)"
        ),
    ),
    "proposed-answer": AdviceKind(
        "an answer that the page proposes to a question of judgement",
        'leave the "default" out, and require an answer',
        (
            "judgements are drawn towards values that are there already (Berzak et al. 2016, "
            "Anchoring and Agreement in Syntactic Annotations), and an answer that was left alone "
            "may never have been looked at"
        ),
    ),
    "free-text": AdviceKind(
        "a text that has to be written, and that no coefficient measures",
        'list the answers with "enum" if they can be listed',
        (
            "in a trial of the built-in scheme, whose coders were language models, names written "
            "as free text agreed with an expert's at .65, and types chosen from a list at .94"
        ),
    ),
    "long-scale": AdviceKind(
        "a rating with more than seven points",
        "ask for five to seven",
        (
            "over 706 tests of reliability, scales of five and of seven points did best (Krosnick "
            "and Tahk 2008, The Optimal Length of Rating Scales); single studies differ"
        ),
    ),
    "no-target": AdviceKind(
        "fields that have no target, so that the report cannot say whether they agree enough",
        'write one into "x-agreement", as in "target": 0.8',
        (
            "Krippendorff (2018, Content Analysis) relies on .800 and more, and draws tentative "
            "conclusions from .667 on; which it is to be is decided before coding"
        ),
    ),
    "no-boundary-rule": AdviceKind(
        "spans of which no rule says where they begin and end",
        'write an "x-rule", or "x-worked-examples"',
        (
            "in two trials of the built-in scheme, whose coders were language models, spans of "
            "signals were those of an expert, to the letter, at F1 .36 to .41 in the first, and at "
            ".74 to .80 in the second, for which a rule with worked examples had been written"
        ),
    ),
    "undefined-relations": AdviceKind(
        "relations that no description tells apart",
        'write a "description" to each',
        (
            "in two trials of the built-in scheme, whose coders were language models, relations "
            "were among what agreed worst: F1 .66 between coders in the first, where spans had "
            ".89, and .50 to .53 with an expert in the second"
        ),
    ),
    "key-without-effect": AdviceKind(
        f"a key that Label Studio has a use for ({TAKEN} lets go of the span), which the page leaves out",
        "give it another x-hotkey",
        "seen in Label Studio 1.23.2, whose other keys need Ctrl or Alt",
    ),
    "unreachable-target": AdviceKind(
        "a target of 1, which is never met",
        'write one below 1, as in "target": 0.9',
        (
            "a target is met if the whole interval reaches it, and however many articles without "
            "any disagreement there are, the exact limit of what may yet be seen lies below 1 "
            "(Clopper and Pearson 1934)"
        ),
        always=True,
    ),
}
_MANY_VALUES, _MANY_POINTS, _FEW_VALUES = 10, 7, 3
#: Words of values that are chosen when no other fits, in the languages that we can tell it in.
_WAYS_OUT = re.compile(
    r"other|unclear|unknown|unspecif|undecid|uncertain|none|neither|neutral|mixed|cannot|can't|n/?a$|"
    r"\bnot?\b|sonst|ander|unklar|unbekannt|kein|autre|aucun|inconnu|otr[oa]|ningun|desconocid",
    re.IGNORECASE,
)


def advise(scheme: Scheme) -> Iterator[Advice]:
    """Every place of a scheme where something is known to hurt agreement, by kind."""
    asked = [
        (f"{unit}.{field.name}", field) for unit, field in scheme.fields() if field.derived is None
    ]
    for id, says in _OF_FIELDS.items():
        for place, field in asked:
            detail = None if field.is_reference or field.tier == "optional" else says(field)
            if detail is not None:
                yield Advice(id, place, detail)
    for span_type in scheme.span_types:
        if not span_type.rule and not span_type.worked_examples:
            yield Advice("no-boundary-rule", span_type.name)
    for relation in scheme.relation_types:
        if not relation.description and not relation.rule:
            yield Advice("undefined-relations", relation.name)
    yield from (Advice("unreachable-target", place) for place in _perfect_targets(scheme))


def _perfect_targets(scheme: Scheme) -> Iterator[str]:
    """The fields and units that are to agree without any exception."""
    wanted = [(span_type.name, span_type.agreement) for span_type in scheme.span_types]
    wanted += [("relations", relation.agreement) for relation in scheme.relation_types[:1]]
    if scheme.party is not None:
        wanted.append(("party", scheme.party.agreement))
    wanted += [(f"{unit}.{field.name}", field.agreement) for unit, field in scheme.fields()]
    for place, agreement in wanted:
        if agreement is not None and (agreement.target or 0.0) >= 1:
            yield place


def _undescribed(field: Field) -> list[str]:
    """The values that nothing is said about; a number of a rating says it itself."""
    if field.type != "string":
        return []
    return [v.id for v in field.values if not v.description and not v.rule]


def _undefined_values(field: Field) -> str | None:
    undescribed = _undescribed(field)
    is_short = len(field.values) <= _MANY_VALUES
    return ", ".join(undescribed) if undescribed and is_short else None


def _long_list(field: Field) -> str | None:
    undescribed, count = _undescribed(field), len(field.values)
    if not undescribed or count <= _MANY_VALUES:
        return None
    return f"{count} values, {len(undescribed)} of them not described"


def _no_way_out(field: Field) -> str | None:
    is_choice = field.level == "nominal" and len(field.values) >= _FEW_VALUES
    if not is_choice or not field.must_be_decided:
        return None
    words = [word for value in field.values for word in (value.id, value.title)]
    return None if any(map(_WAYS_OUT.search, words)) else ""


def _proposed_answer(field: Field) -> str | None:
    is_judged = field.has_default and bool(field.values or field.is_boolean)
    return value_words(field.default) if is_judged and field.default not in (None, []) else None


def _free_text(field: Field) -> str | None:
    return "" if field.required and field.is_free_text else None


def _long_scale(field: Field) -> str | None:
    is_rating = field.level == "ordinal" and len(field.values) > _MANY_POINTS
    return f"{len(field.values)} points" if is_rating else None


def _no_target(field: Field) -> str | None:
    agreement = field.agreement
    if agreement is None or agreement.coefficient == DESCRIPTIVE:
        return None
    return "" if agreement.target is None and field.level != "text" else None


def _key_without_effect(field: Field) -> str | None:
    values = [value.id for value in field.values if value.hotkey == TAKEN]
    return ", ".join(values) or None


_OF_FIELDS: Final[Mapping[str, Callable[[Field], str | None]]] = {
    "undefined-values": _undefined_values,
    "long-list": _long_list,
    "no-way-out": _no_way_out,
    "proposed-answer": _proposed_answer,
    "free-text": _free_text,
    "long-scale": _long_scale,
    "no-target": _no_target,
    "key-without-effect": _key_without_effect,
}
