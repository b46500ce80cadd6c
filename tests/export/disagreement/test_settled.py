"""What a coefficient would be without a confusion, against units that are settled one by one."""

from collections import Counter
from collections.abc import Hashable
from typing import cast

import numpy as np
import pytest

from signalbook.annotate.demo.simulate import Skill, simulate
from signalbook.export.agreement.coded_corpus import CodedCorpus, CodedField, code_corpus
from signalbook.export.agreement.corpus import gather
from signalbook.export.agreement.field_measures import field_measure
from signalbook.export.coefficients import distance_matrix, krippendorff_alpha, masi_distance
from signalbook.export.disagreement.confusion import ABSENT, Confusion, value_text
from signalbook.export.disagreement.differences import decompose
from signalbook.export.disagreement.settled import SettledConfusion, best_settled
from signalbook.schema.documents.jsonl import read_documents
from signalbook.schema.documents.records import AnnotationDocument
from signalbook.schema.scheme.model import Scheme

Unit = list[Hashable]


@pytest.fixture(scope="module")
def coded(scheme: Scheme) -> CodedCorpus:
    (example,) = read_documents([scheme.folder / "example.annotation.json"])

    def none(_: AnnotationDocument) -> int:
        return 0

    careless = Skill(changes_value=0.4)
    made = [
        simulate(example, scheme, name=n, seed=seed, count_errors=none, skill=careless)
        for seed, n in enumerate("abcd")
    ]
    return code_corpus(gather(made, scheme))


def units_of(field: CodedField) -> list[Unit]:
    units: dict[int, Unit] = {}
    for unit, code in zip(field.ratings.units.tolist(), field.ratings.codes.tolist(), strict=True):
        units.setdefault(unit, []).append(field.ratings.values[code])
    return list(units.values())


def members(value: Hashable) -> frozenset[str]:
    assert isinstance(value, frozenset)
    return frozenset(map(str, cast("frozenset[Hashable]", value)))


def settled_by_hand(units: list[Unit], settled: SettledConfusion) -> list[Unit]:
    """Each unit with what more of its annotators gave, or what is commoner in the field."""
    of = settled.confusion.of

    def answer(value: Hashable) -> str | None:
        if of:
            return "present" if of in members(value) else "absent"
        return value_text(value) if value_text(value) in settled.values else None

    overall = Counter(answer(value) for unit in units for value in unit)
    originals = {value_text(value): value for unit in units for value in unit}
    done: list[Unit] = []
    for unit in units:
        here = Counter(answer(value) for value in unit)
        first, second = ("present", "absent") if of else settled.values
        wins = max((first, second), key=lambda a: (here[a], overall[a], a == first))
        done.append([])
        for value in unit:
            if of and isinstance(value, frozenset):
                others = members(cast("Hashable", value)) - {of}
                done[-1].append(others | {of} if wins == "present" else others)
            else:
                done[-1].append(originals[wins] if answer(value) else value)
    return done


def alpha(units: list[Unit], level: str) -> float | None:
    values = list(dict.fromkeys(value for unit in units for value in unit))
    sets = [members(cast("Hashable", v)) for v in values if isinstance(v, frozenset)]
    return krippendorff_alpha(
        np.repeat(np.arange(len(units)), list(map(len, units))),
        np.array([values.index(value) for unit in units for value in unit]),
        distance_matrix(sets, masi_distance) if level == "masi" else "nominal",
    ).value


def test_a_settled_confusion_gives_the_coefficient_of_settled_units(coded: CodedCorpus) -> None:
    confusions = decompose(coded.corpus, coded.groups).confusions
    by_name = {m.name: (f, m) for f in coded.fields for m in [field_measure(f, coded.corpus)]}
    best = best_settled(coded, [measure for _, measure in by_name.values()], confusions)
    compared = 0
    for name, settled in best.items():
        field, measure = by_name[name]
        level = name.coefficient.removeprefix("krippendorff_alpha_")
        if field.field.is_reference or level not in ("nominal", "masi"):
            continue
        units = settled_by_hand(units_of(field), settled)
        assert settled.coefficient == pytest.approx(alpha(units, level))
        compared += settled.coefficient != measure.value
    assert compared


def test_a_value_that_was_left_blank_has_no_figure(coded: CodedCorpus) -> None:
    field = next(f for f in coded.fields if f.field.level == "nominal")
    value = value_text(field.ratings.values[0])
    blank = Confusion(
        field.unit, field.field.name, "", "nominal", (value, ABSENT), {(value, ABSENT): 3}
    )
    measure = field_measure(field, coded.corpus)
    (settled,) = best_settled(coded, [measure], [blank]).values()
    assert settled == SettledConfusion(blank, (value, ABSENT), 3, None)
