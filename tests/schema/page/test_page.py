import os
from collections.abc import Callable, Iterator
from typing import cast

import pytest
from page_driver import LabelingPage, values
from places import EXAMPLES, ROOT, SCHEMES
from playwright.sync_api import Page, expect
from standard_annotation import describe_parties, describe_signal, mark_parties

from signalbook.annotate.conversion.convert import from_label_studio
from signalbook.annotate.conversion.to_results import to_label_studio
from signalbook.annotate.label_studio.client import LabelStudioClient
from signalbook.annotate.label_studio.payloads import Result
from signalbook.annotate.studio.accounts import User
from signalbook.annotate.studio.start_stop import Studio
from signalbook.annotate.sync.tasks import to_task
from signalbook.schema.documents.records import AnnotationDocument, Value
from signalbook.schema.page.config import labeling_config
from signalbook.schema.page.control_names import mention_types
from signalbook.schema.scheme.keys import OF_SPAN, assign_keys
from signalbook.schema.scheme.loader import find_scheme, load_scheme
from signalbook.schema.scheme.model import Scheme
from signalbook.schema.scheme.stages import at_stage
from signalbook.schema.text import excerpt

pytestmark = [pytest.mark.server, pytest.mark.browser]
FILES = {
    "diplomatic_signal": find_scheme("diplomatic_signal"),
    **{
        file.parent.parent.name: file
        for folder in (EXAMPLES, SCHEMES)
        for file in folder.glob("*/*/*.schema.json")
    },
}
#: Values of a list that is open, of which no further one can be chosen.
FULL = ".ant-select-tree-treenode:has(.ant-select-tree-checkbox-disabled):visible"
PICTURE = ROOT / "docs" / "pictures" / "labelling-page.png"

#: Opens the example of a scheme, or another annotation of it.
Open = Callable[..., LabelingPage]


def example(scheme: Scheme) -> AnnotationDocument:
    text = (scheme.folder / "example.annotation.json").read_text(encoding="utf-8")
    return AnnotationDocument.model_validate_json(text)


@pytest.fixture
def open_example(
    studio: Studio,
    client: LabelStudioClient,
    annotators: tuple[User, User],
    page_login: Callable[[Studio, User], Page],
) -> Iterator[Open]:
    projects: list[int] = []

    def open_one(
        scheme: Scheme,
        results: list[Result] | None = None,
        *,
        proposed: AnnotationDocument | None = None,
    ) -> LabelingPage:
        document = example(scheme)
        project = client.create_project("page", labeling_config(scheme))["id"]
        projects.append(project)
        [task] = client.import_tasks(
            project, [to_task(document.article, scheme, [proposed] if proposed else [])]
        )
        user, _ = annotators
        if results is not None:
            with LabelStudioClient(studio.url, user.token) as theirs:
                theirs.create_annotation(task, results)
        page = page_login(studio, user)
        return LabelingPage(page, project, task)

    yield open_one
    for project in projects:
        client.delete_project(project)


@pytest.mark.parametrize("name", FILES)
def test_every_scheme_opens_with_its_text_and_labels(name: str, open_example: Open) -> None:
    scheme = load_scheme(FILES[name])
    document = example(scheme)
    opened = open_example(scheme)
    shown = opened.visible(".lsf-richtext__line")
    assert shown == (document.article.text or "").split("\n")
    of_parties = scheme.party.ids[: scheme.party.slots.shown] if scheme.party else ()
    expected = [t.label for t in scheme.span_types if t not in mention_types(scheme)]
    expected += [id for _ in mention_types(scheme) for id in of_parties]
    assert opened.visible(".bar .lsf-label__text") == expected
    assert opened.errors == []


def test_without_spans_and_with_many_values_the_page_offers_lists_to_search(
    open_example: Open,
) -> None:
    opened = open_example(load_scheme(FILES["topics"]))
    assert opened.visible(".bar") == []
    first, second = opened.page.get_by_placeholder("search 320 values").all()
    first.fill("t16")
    assert opened.visible(".lsf-choice")[:2] == ["T16", "A1"]
    first.press("Enter")
    second.fill("b1")
    assert "T16" in opened.visible(".lsf-choice:has(input:checked)")
    opened.page.locator(".lsf-choice:visible label", has_text="B12").last.click()
    stored = [result["value"] for result in opened.submit()]
    assert stored == [{"choices": ["T16"]}, {"choices": ["B12"]}]
    assert opened.errors == []


def test_a_stored_annotation_comes_back_unchanged(scheme: Scheme, open_example: Open) -> None:
    results = to_label_studio(example(scheme), scheme)
    opened = open_example(scheme, results)
    assert values(opened.results()) == values(results)
    assert opened.errors == []


def annotate(opened: LabelingPage, *, proposed: bool = False) -> None:
    """One signal on two issues, two parties unless they are proposed, links, a dyad, the article."""
    if not proposed:
        mark_parties(opened)
    opened.mark("Signal", "froze the joint dam loan")
    opened.choose("Relevance", "Signals")
    first = ".dyads .repeated"
    opened.choose("Posture", "\N{MINUS SIGN}1", unit=first)
    opened.choose("Pattern", "consistent", unit=first)
    if not proposed:
        describe_parties(opened)
    describe_signal(opened)


MEANT = [
    'article__relevance=["signals_present"]',
    'dyad0__pattern=["consistent"]',
    'dyad0__posture=["cool"]',
    'label=["mention__P1"]',
    'label=["mention__P2"]',
    'label=["signal"]',
    'party__country=["XAR"]',
    'party__country=["XBE"]',
    'party__entity=["Government of Arvenia"]',
    'party__role=["government"]',
    'party__role=["state"]',
    'signal__channel=["conduct"]',
    'signal__cost=["material"]',
    'signal__issue=["trade_finance", "energy_resources"]',
    'signal__signal_type=["reduce_ties"]',
    'signal__valence=["negative"]',
    'span__attribution=["paraphrase"]',
    'span__receivers=["P2"]',
    'span__sender=["P1"]',
]


def test_an_annotation_takes_few_actions_and_is_stored_as_meant(
    diplomatic: Scheme, open_example: Open
) -> None:
    opened = open_example(diplomatic)
    annotate(opened)
    results = opened.submit()
    assert values(results) == MEANT
    assert sides(results, diplomatic) == [("XAR", "XBE")]
    assert opened.actions <= 28
    assert opened.errors == []


def sides(results: list[Result], scheme: Scheme) -> list[tuple[Value | None, Value | None]]:
    """The sides of the dyads of the document that the results become."""
    document = example(scheme)
    data = to_task(document.article, scheme)["data"]
    made = from_label_studio({"result": [*results]}, data, scheme, document.annotator).document
    return [(d.attributes.get("sender"), d.attributes.get("receiver")) for d in made.dyads]


def test_an_annotation_whose_parties_were_proposed_takes_fewer_actions(
    diplomatic: Scheme, open_example: Open
) -> None:
    document = example(diplomatic)
    text = document.article.text or ""
    places = (text.index("officials"), text.index("Belmora", text.index("Belmora") + 1))
    spans = [
        {"id": f"m{n}", "type": "mention", "start": start, "end": start + length, "text": words}
        | {"attributes": {"party": f"P{n}"}}
        for n, (start, words) in enumerate(zip(places, ("officials", "Belmora"), strict=True), 1)
        for length in [len(words)]
    ]
    parties = [
        {"id": "P1", "country": "XAR", "role": "government", "entity": "Government of Arvenia"},
        {"id": "P2", "country": "XBE", "role": "state", "entity": "Belmora"},
    ]
    proposed = AnnotationDocument.model_validate(
        {
            **document.model_dump(mode="json", by_alias=True),
            "parties": parties,
            "spans": spans,
            "relations": [],
            "dyads": [],
            "article_labels": {},
        }
    )
    opened = open_example(diplomatic, proposed=proposed)
    annotate(opened, proposed=True)
    assert {*MEANT} <= {*values(opened.submit())}
    assert opened.actions <= 16
    assert opened.errors == []


def test_a_page_of_many_parties_and_spans_has_few_nodes(
    diplomatic: Scheme, open_example: Open
) -> None:
    ids = diplomatic.party.ids if diplomatic.party else ()
    marked = [f"mention__{id}" for id in ids[:24]] + ["signal"] * 6
    opened = open_example(
        diplomatic, [region(f"r{n}", label, 20 * n, 20 * n + 9) for n, label in enumerate(marked)]
    )
    assert opened.page.locator(".htx-highlight").count() >= len(marked)
    assert opened.page.evaluate("document.querySelectorAll('*').length") <= 3600


def test_a_country_is_found_by_its_name_or_code_and_nothing_else_is_offered(
    diplomatic: Scheme, open_example: Open
) -> None:
    opened = open_example(diplomatic)
    opened.mark("P1", "officials")
    opened.select("officials")
    expect(opened.search("Country", "Norland")).to_have_count(0)
    norway = opened.search("Country", "norw")
    expect(norway).to_have_text(["Norway (NOR)"])
    opened.take(norway)
    expect(opened.search("Country", "SWE")).to_have_text(["Sweden (SWE)"])
    full = opened.page.locator(FULL)
    expect(full).to_have_text(["Sweden (SWE)"])
    opened.page.locator(".about").click()
    opened.key("Escape")
    assert values(opened.results()) == [
        'label=["mention__P1"]',
        'party__country__listed=[["NOR"]]',
    ]
    assert opened.errors == []


def test_what_was_typed_before_there_was_a_list_stays_in_sight(
    diplomatic: Scheme, open_example: Open
) -> None:
    typed = region("a", "mention__P1", 119, 128)
    value: Result = {"start": 119, "end": 128, "text": ["Norland"]}
    typed_country = {**typed, "type": "textarea", "value": value}
    typed_country["from_name"] = "party__country__other"
    opened = open_example(diplomatic, [typed, typed_country, region("b", "mention__P2", 157, 164)])
    opened.select("officials")
    assert opened.visible(".off-list .lsf-textarea__region") == ["Norland"]
    assert 'party__country__other=["Norland"]' in values(opened.results())
    opened.key("Escape")
    opened.select("Belmora", 1)
    assert opened.visible(".off-list .lsf-text-area") == []
    assert opened.errors == []


def test_what_is_coded_on_a_span_stands_beside_it_unclipped(
    diplomatic: Scheme, open_example: Open
) -> None:
    opened = open_example(diplomatic)
    opened.mark("Signal", "froze the joint dam loan")
    opened.select("froze the joint")
    rows = opened.visible(".side .row h4")
    assert rows[:8] == ["From", "To", "Type", "Valence", "Voice", "Channel", "Issue", "Cost"]
    for width, height in ((1400, 1000), (1920, 1080)):
        opened.page.set_viewport_size({"width": width, "height": height})
        opened.settle()
        column = opened.page.locator(".text-column").bounding_box()
        assert column is not None
        assert column["width"] >= 600
        assert opened.clipped(".side .row", ".side") == []
        assert opened.clipped(".side .lsf-choice__item", ".side") == []
        assert opened.clipped(".bar .lsf-label", ".text-column") == []
        assert opened.clipped(".htx-highlight", ".text-column") == []
    keys = opened.visible(".side .lsf-hint")
    assert {"[1]", "[shift+2]", "[f]", "[x]"} <= set(keys)


def test_what_is_asked_begins_at_its_top_after_another_selection(
    diplomatic: Scheme, open_example: Open
) -> None:
    opened = open_example(diplomatic, proposed=example(diplomatic))

    def hidden_above() -> list[int]:
        script = "() => [...document.querySelectorAll('.side .scroll')].map(e => e.scrollTop)"
        return cast("list[int]", opened.page.evaluate(script))

    def scroll_down() -> None:
        opened.page.locator(".side .row:visible").last.scroll_into_view_if_needed()
        assert max(hidden_above()) > 0

    scroll_down()
    opened.select("froze the joint")
    assert hidden_above() == [0, 0]
    scroll_down()
    opened.key("Escape")
    assert hidden_above() == [0, 0]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_everything_can_be_read_in_both_themes(
    theme: str, diplomatic: Scheme, open_example: Open
) -> None:
    opened = open_example(diplomatic, proposed=example(diplomatic))
    switch = "theme => document.documentElement.setAttribute('data-color-scheme', theme)"
    opened.page.evaluate(switch, theme)
    # The white on the label of the selected span is that of Label Studio: 4.49.
    assert opened.faint(".page", 4.48) == []
    assert opened.faint(".page", 100) != []
    for words in ("officials", "froze the joint"):
        opened.select(words)
        assert opened.faint(".page", 4.48) == []
        opened.key("Escape")


def test_a_chip_says_what_the_codebook_says(second_scheme: Scheme, open_example: Open) -> None:
    opened = open_example(second_scheme)
    opened.mark("Drug", "two tablets")
    opened.select("two tablets")
    value = second_scheme.span_type("drug").fields[0].value("oral")
    assert value.examples is not None
    said = opened.hover("Route", "By mouth")
    assert said.startswith(f"{value.title}: {value.description}")
    assert value.examples.positive in said


def test_an_unanswered_field_stops_the_submit_with_a_sentence(
    second_scheme: Scheme, open_example: Open
) -> None:
    opened = open_example(second_scheme)
    opened.choose("Serious", "yes")
    opened.choose("Usable", "Fully")
    opened.mark("Reaction", "a rash")
    opened.page.keyboard.press("Control+Enter")
    opened.page.get_by_text("Reaction: choose the Severity").wait_for()


def region(id: str, label: str, start: int, end: int) -> Result:
    value: Result = {"start": start, "end": end, "labels": [label]}
    return {"id": id, "from_name": "label", "to_name": "text", "type": "labels", "value": value}


def test_no_slip_gives_a_span_another_label_and_every_character_can_be_typed(
    diplomatic: Scheme, open_example: Open
) -> None:
    opened = open_example(diplomatic, [region("a", "mention__P2", 31, 38)])
    opened.select("Arvenia", 1)
    for key in "1234567890abcdefgijklmnopqrstvwxyz":  # h hides a span, u leaves it
        opened.page.keyboard.press(key)
        opened.page.keyboard.press(f"Shift+{key}")
    box = opened.page.locator(".bar .lsf-label", has_text="Signal").bounding_box()
    assert box is not None
    opened.page.mouse.click(box["x"] + 5, box["y"] + 5)
    typed = "the quick brown fox jumps over 1234567890 lazy dogs"
    opened.write("Name", typed)
    stored = values(opened.results())
    assert [line for line in stored if line.startswith("label=")] == ['label=["mention__P2"]']
    assert f'party__entity=["{typed}"]' in stored
    assert opened.errors == []


def test_every_key_of_a_span_chooses_its_value(diplomatic: Scheme, open_example: Open) -> None:
    opened = open_example(diplomatic, [region("a", "signal", 31, 38)])
    opened.select("Arvenia", 1)
    signal = {field.name for field in diplomatic.span_type("signal").fields}
    keys = {m: key for m, key in assign_keys(diplomatic).given.items() if m[0] == OF_SPAN}
    for (_, field, value), key in keys.items():
        if field in signal:
            opened.page.keyboard.press(key.replace("shift", "Shift"))
            opened.settle()
            chosen = [line for line in values(opened.results()) if f"__{field}=" in line]
            assert len(chosen) == 1, (field, value, key)
            assert f'"{value}"' in chosen[0], (field, value, key)
    assert opened.errors == []


def test_proposed_parties_stand_on_the_page_by_their_names_and_cost_nothing(
    diplomatic: Scheme, open_example: Open
) -> None:
    document = example(diplomatic)
    opened = open_example(diplomatic, proposed=document)
    mentions = [span for span in document.spans if "party" in span.attributes]
    first = {str(s.attributes["party"]): excerpt(s.text or "", 24) for s in reversed(mentions)}
    labels = opened.visible(".bar .lsf-label__text")
    assert labels[2 : 2 + len(first)] == [
        first[id] for id in sorted(first, key=lambda i: int(i[1:]))
    ]
    assert values(opened.results()) == values(to_label_studio(document, diplomatic))
    signal = next(span for span in document.spans if span.type == "signal")
    opened.select(signal.text or "")
    chosen = opened.visible(".side .row:has(h4) .lsf-choice:has(input:checked)")
    assert any(first[str(signal.attributes["sender"])] in chip for chip in chosen)
    assert opened.errors == []


def test_a_party_that_is_chosen_by_its_name_in_a_box_is_stored(
    diplomatic: Scheme, open_example: Open
) -> None:
    opened = open_example(diplomatic, proposed=example(diplomatic))
    before = values(opened.results())
    opened.pick("Sender", "Belmora", unit=".dyads div:nth-child(4) > .repeated")
    opened.select("await our friends")
    opened.pick("Source", "premier Olin")
    added = sorted({*values(opened.results())} - {*before})
    assert added == ['dyad3__sender=["P3"]', 'span__sources=["P1", "P5"]']
    assert opened.errors == []


def test_two_relations_of_one_pair_are_kept(second_scheme: Scheme, open_example: Open) -> None:
    both: Result = {
        "type": "relation",
        "from_id": "a",
        "to_id": "b",
        "direction": "right",
        "labels": ["causes", "treats"],
    }
    spans = [region("a", "drug", 7, 18), region("b", "reaction", 70, 80)]
    needed = [
        r
        for r in to_label_studio(example(second_scheme), second_scheme)
        if str(r.get("from_name", "")).startswith("article__")
    ]
    severity: Result = {
        **spans[1],
        "from_name": "reaction__severity",
        "type": "choices",
        "value": {"start": 70, "end": 80, "choices": ["mild"]},
    }
    opened = open_example(second_scheme, [*spans, severity, both, *needed])
    opened.choose("Usable", "No")
    stored = [r for r in opened.submit() if r["type"] == "relation"]
    assert [r["labels"] for r in stored] == [["causes", "treats"]]


def test_the_parties_in_use_and_the_next_one_are_offered(
    diplomatic: Scheme, open_example: Open
) -> None:
    opened = open_example(
        diplomatic, [region("a", "mention__P12", 31, 38), region("b", "signal", 60, 70)]
    )
    shown = [text for text in opened.visible(".bar .lsf-label__text") if text.startswith("P")]
    assert shown == [f"P{n}" for n in (1, 2, 3, 4, 5, 6, 12, 18)]
    opened.select("Arvenia", 1)
    assert opened.visible(".side .row h4")[:2] == ["Country", "Role"]
    opened.page.keyboard.press("Escape")
    opened.select(opened.page.locator(".htx-highlight").nth(1).inner_text()[:4])
    chips = opened.visible(".slots label")
    assert [c.split("[")[0] for c in chips][:9] == [
        "P1",
        "P2",
        "P3",
        "P4",
        "P5",
        "P6",
        "P12",
        "P18",
        "not named",
    ]


def test_a_later_stage_offers_no_chip_without_a_name(
    diplomatic: Scheme, open_example: Open
) -> None:
    opened = open_example(at_stage(diplomatic, "signals"))
    opened.mark("Signal", "froze the joint dam loan")
    opened.select("froze the joint")
    chips = [chip.split("[")[0] for chip in opened.visible(".slots label")]
    assert chips[:4] == ["P1", "P2", "P3", "not named"]
    assert opened.errors == []


@pytest.mark.skipif("SIGNALBOOK_PICTURES" not in os.environ, reason="draws the picture of the docs")
def test_draw_the_picture_of_the_documentation(diplomatic: Scheme, open_example: Open) -> None:
    opened = open_example(diplomatic)
    annotate(opened)
    opened.key("Escape")  # what is selected, a second click would leave
    opened.select("froze the joint")
    opened.page.mouse.move(700, 980)
    opened.settle()
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    opened.page.screenshot(path=PICTURE)
