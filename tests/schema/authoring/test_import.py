"""`scheme import` makes a scheme of another tool's configuration, and lists what none can express."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from places import ROOT

from signalbook.annotate.cli.commands import cli
from signalbook.schema.authoring.foreign import read_config
from signalbook.schema.authoring.imported import Imported, NoConfig
from signalbook.schema.errors import SchemeError, UsageError
from signalbook.schema.scheme.loader import load_scheme
from signalbook.schema.scheme.model import Scheme

TEMPLATES = sorted(
    ROOT.glob(".venv/lib/*/site-packages/label_studio/annotation_templates/*/*/config.xml")
)
PAGE = """<View>
  <Labels name="kind" toName="text">
    <Label value="Claim" alias="CLM" background="red" hotkey="1" hint="What can be doubted."/>
    <Label value="Reason" background="#0f0" hotkey="ctrl+r"/>
  </Labels>
  <Text name="text" value="$body"/>
  <View visibleWhen="region-selected" whenTagName="kind" whenLabelValue="CLM">
    <Header value="How certain is it?"/>
    <Choices name="How certain" toName="text" perRegion="true" required="true">
      <Choice value="Very certain" hotkey="1"/>
      <Choice value="Not certain" hotkey="1" alias="unsure" hint="Hedged." selected="true"/>
    </Choices>
  </View>
  <Choices name="ironic" toName="text" perRegion="true">
    <Choice value="Yes"/><Choice value="No"/>
  </Choices>
  <Rating name="strength" toName="text" perRegion="true" whenLabelValue="Reason" maxRating="4"/>
  <DateTime name="said" toName="text" perRegion="true" only="date" whenLabelValue="Reason"/>
  <Choices name="mood" toName="text" choice="multiple">
    <Choice value="😀"/><Choice value="😡"/>
  </Choices>
  <Number name="share" toName="text" min="0" max="1"/>
  <Taxonomy name="topic" toName="text" leafsOnly="true" maxUsages="1">
    <Choice value="War"><Choice value="Sea"/><Choice value="Air"/></Choice><Choice value="Trade"/>
  </Taxonomy>
  <TextArea name="note" toName="text" placeholder="why?"/>
  <Choices name="later" toName="text" whenTagName="mood" whenChoiceValue="😡" visibleWhen="choice-selected">
    <Choice value="a"/>
  </Choices>
  <Choices name="dynamic" toName="text" value="$options"/>
  <Image name="picture" value="$image"/>
  <RectangleLabels name="box" toName="picture"><Label value="Face"/></RectangleLabels>
  <Relations><Relation value="backs up" background="blue"/></Relations>
</View>"""
BRAT = """# Like that of ACE
[entities]
Person
!Place
\tCountry
\tCity
[relations]
Lives-in\tArg1:Person, Arg2:Place
Lives-in\tArg1:Country, Arg2:Place
Alias\tArg1:Person, Arg2:Person, <REL-TYPE>:symmetric-transitive
<OVERLAP>\tArg1:<ANY>, Arg2:<ANY>, <OVL-TYPE>:<ANY>
[events]
Attack\tAttacker*:Person|Country, Where?:Place, Cause?:<EVENT>
-------
Meet\tWho+:<ENTITY>
[attributes]
Negated\tArg:<EVENT>
Certainty\tArg:<EVENT>, Value:L1|L2
Old\tArg:<RELATION>
"""


@pytest.fixture(autouse=True)
def outside_of_a_workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def imported(text: str, *options: str) -> Result:
    Path("config").write_text(text, encoding="utf-8")
    arguments = ["scheme", "import", "config", "--output", "new.schema.json"]
    return CliRunner().invoke(cli, [*arguments, *options])


def scheme_of(text: str, *options: str) -> Scheme:
    done = imported(text, *options)
    assert (done.exit_code, done.exception) == (0, None)
    return load_scheme("new.schema.json")


def lost(read: Imported) -> list[tuple[int, str]]:
    """Line and first words of what could not be expressed."""
    return [(u.line, u.fact.split(";")[0].split(" (")[0]) for u in read.unexpressed]


def test_a_labelling_page_becomes_span_types_fields_and_labels() -> None:
    scheme = scheme_of(PAGE)
    types = [(t.name, t.title, t.colour, t.description) for t in scheme.span_types]
    assert types == [
        ("clm", "Claim", "#FF0000", "What can be doubted."),
        ("reason", "Reason", "#00FF00", ""),
    ]
    fields = [(u, f.name, f.level, f.required, f.value_ids) for u, f in scheme.fields()]
    assert fields == [
        ("clm", "how_certain", "nominal", True, ("very_certain", "unsure")),
        ("clm", "ironic", "nominal", False, ()),
        ("reason", "ironic", "nominal", False, ()),
        ("reason", "strength", "ordinal", False, ("1", "2", "3", "4")),
        ("reason", "said", "nominal", False, ()),
        ("article", "mood", "set", False, ("sign_f0443a", "sign_c91616")),
        ("article", "share", "interval", False, ()),
        ("article", "topic", "nominal", False, ("war_sea", "war_air", "trade")),
        ("article", "note", "text", False, ()),
        ("article", "later", "nominal", False, ("a",)),
    ]
    links = [(r.name, r.title, r.colour, r.from_) for r in scheme.relation_types]
    assert links == [("backs_up", "backs up", "#0000FF", ("clm", "reason"))]


def test_titles_and_hints_of_a_labelling_page_keep_their_words() -> None:
    fields = {field.name: field for _, field in scheme_of(PAGE).fields()}
    certain, topic, mood = fields["how_certain"], fields["topic"], fields["mood"]
    assert certain.title == "How certain is it?"
    assert [v.title for v in certain.values] == ["Very certain", "Not certain"]
    assert [v.description for v in certain.values] == ["", "Hedged."]
    assert [v.title for v in topic.values] == ["War / Sea", "War / Air", "Trade"]
    assert [v.title for v in mood.values] == ["😀", "😡"]


def test_what_a_labelling_page_says_and_no_scheme_can_is_listed_with_its_line() -> None:
    assert lost(read_config(PAGE)) == [
        (1, "the key 1 of how_certain unsure is that of how_certain very_certain"),
        (3, "hotkey 1 is not kept"),
        (4, "hotkey ctrl+r is not kept"),
        (11, "is not chosen beforehand"),
        (23, "its levels become one list"),
        (26, "placeholder 'why?' is not shown"),
        (27, "is shown only after 😡 in mood"),
        (30, "offers what the data of each task say"),
        (31, "shows what is no text"),
        (32, "asks what no scheme can: it is not about a text, or not known"),
    ]


def test_the_command_lists_what_could_not_be_expressed_and_ends_well() -> None:
    done = imported(PAGE)
    assert "10 things could not be expressed:\n  line 1, <View>: the key 1" in done.stderr
    assert done.stderr.endswith("run: signalbook scheme check new.schema.json\n")


@pytest.mark.parametrize("template", TEMPLATES, ids=[path.parent.name for path in TEMPLATES])
def test_every_template_of_label_studio_about_texts_becomes_a_scheme(template: Path) -> None:
    page = template.read_text(encoding="utf-8")
    about_text = "<Text " in page.split("<!--")[0] or "<HyperText " in page.split("<!--")[0]
    done = imported(page)
    if about_text and any(f"<{tag}" in page for tag in ("Labels", "Choices", "TextArea", "Tax")):
        assert (done.exit_code, done.exception) == (0, None)
    elif done.exception is not None:
        assert isinstance(done.exception, SchemeError)


def test_a_labelling_page_is_read_whatever_its_capitals() -> None:
    shouted = re.sub(r"(</?)([A-Za-z]+)", lambda tag: tag[1] + tag[2].upper(), PAGE)
    loud, plain = read_config(shouted), read_config(PAGE)
    assert replace(loud, unexpressed=()) == replace(plain, unexpressed=())
    assert lost(loud) == lost(plain)


@pytest.mark.parametrize(
    ("control", "fact"),
    [
        ('<Rating name="a" toName="t" maxRating="1e999"/>', "maxRating '1e999' is no number"),
        ('<Rating name="a" toName="t" maxRating="1"/>', "maxRating 1 becomes 5"),
        ('<Number name="a" toName="t" min="3" max="2"/>', "min 3 is above max 2"),
        ('<Number name="a" toName="t" step="0.5"/>', "the step of 0.5 is not kept"),
        ('<DateTime name="a" toName="t" only="time"/>', "becomes a text"),
    ],
)
def test_a_number_that_no_scheme_can_hold_is_listed(control: str, fact: str) -> None:
    read = read_config(f'<View><Text name="t" value="$t" valueType="url"/>{control}</View>')
    assert lost(read) == [(1, "loads its text from an address"), (1, fact)]


def test_of_two_controls_with_one_name_the_first_is_kept() -> None:
    controls = '<TextArea name="a" toName="t"/><Rating name="a" toName="t"/>'
    read = read_config(f'<View><Text name="t" value="$t"/>{controls}</View>')
    assert [field.answer for field in read.labels] == ["text"]
    assert lost(read) == [(1, "there is a control of that name already")]


def test_there_are_templates_to_try() -> None:
    assert len(TEMPLATES) > 20


ENTITIES = "".join(
    f'<!ENTITY {name} "{f"&{before};" * 10}">'
    for before, name in zip("abcdefghi", "bcdefghij", strict=True)
)
BOMB = f'<!DOCTYPE v [<!ENTITY a "aaaaaaaaaa">{ENTITIES}]><View>&j;</View>'
FILE = '<!DOCTYPE v [<!ENTITY a SYSTEM "file:///etc/passwd">]><View><Text name="&a;"/></View>'
REMOTE = '<!DOCTYPE v SYSTEM "http://127.0.0.1:9/v.dtd"><View/>'


@pytest.mark.parametrize("text", [BOMB, FILE, REMOTE], ids=["bomb", "file", "remote"])
def test_xml_that_could_load_a_file_or_grow_without_end_is_refused(text: str) -> None:
    with pytest.raises(NoConfig, match="document type"):
        read_config(text)


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("<View><Labels></View>", "no XML: mismatched tag"),
        ("<View/>", "no labelling page"),
        ("<View>" * 100 + "</View>" * 100, "nested more than 60 deep"),
        ("[entities]\n", "nothing to mark"),
        ('{"a": 1', "not JSON"),
        ('{"text": "x"}', "no label in it"),
        ("[1, 2]", "what is no text"),
        ("", "no label in it"),
    ],
)
def test_what_is_no_configuration_is_refused_with_its_line(text: str, fact: str) -> None:
    done = imported(text)
    assert isinstance(done.exception, SchemeError)
    assert str(done.exception).startswith("config:1: ")
    assert fact in str(done.exception)
    assert not Path("new.schema.json").exists()


def test_brat_entities_events_and_relations_become_a_scheme() -> None:
    scheme = scheme_of(BRAT)
    names = [t.name for t in scheme.span_types]
    assert names == ["person", "country", "city", "attack", "meet"]
    assert [(r.name, r.from_, r.to, r.at_most_one, r.symmetric) for r in scheme.relation_types] == [
        ("lives_in", ("person", "country"), ("country", "city"), False, False),
        ("alias", ("person",), ("person",), False, True),
        ("attacker", ("attack",), ("person", "country"), False, False),
        ("where", ("attack",), ("country", "city"), True, False),
        ("cause", ("attack",), ("attack", "meet"), True, False),
        ("who", ("meet",), ("person", "country", "city"), False, False),
    ]
    asked = [(u, f.name, f.value_ids, f.required) for u, f in scheme.fields()]
    assert asked == [
        ("attack", "negated", (), False),
        ("attack", "certainty", ("l1", "l2"), False),
        ("meet", "negated", (), False),
        ("meet", "certainty", ("l1", "l2"), False),
    ]


def test_what_brat_says_and_no_scheme_can_is_listed_with_its_line() -> None:
    assert lost(read_config(BRAT)) == [
        (4, "that Country, City are kinds of it is not kept"),
        (8, "Lives-in is defined several times"),
        (10, "transitive is not kept"),
        (11, "what may overlap is not restricted"),
        (15, "that Who is there, and how often, is not required"),
        (19, "an attribute of relations"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "# mine\nPER\nOrg unit\n",
        "PER, Org unit",
        '["PER", "Org unit", "PER"]',
        '{"spans": [{"label": "PER"}]}\n\n{"spans": [{"label": "Org unit"}, {"label": "PER"}]}\n',
    ],
    ids=["lines", "commas", "json", "prodigy"],
)
def test_a_list_of_labels_becomes_span_types(text: str) -> None:
    types = [(t.name, t.title) for t in scheme_of(text).span_types]
    assert types == [("per", "PER"), ("org_unit", "Org unit")]


def test_what_rows_of_prodigy_hold_besides_is_listed_once() -> None:
    row = '{"spans": [{"label": "PER"}], "relations": [], "options": []}\n'
    assert sorted(u.place for u in read_config(row * 3).unexpressed) == ['"options"', '"relations"']


def test_the_label_of_a_text_as_a_whole_is_listed() -> None:
    read = read_config('{"spans": [{"label": "PER"}]}\n{"text": "b", "label": "POS"}\n')
    assert lost(read) == [(2, "the label of a text as a whole is not read")]


def test_a_question_about_the_labels_of_one_bar_is_asked_of_these() -> None:
    bars = "".join(
        f'<Labels name="{bar}" toName="t">{"".join(f"<Label value={label!r}/>" for label in labels)}'
        "</Labels>"
        for bar, labels in {"a": "PQ", "b": "PR"}.items()
    )
    choices = '<Choice value="1"/><Choice value="2"/>'
    asked = f'<Choices name="k" toName="t" perRegion="true" whenTagName="b">{choices}</Choices>'
    read = read_config(f'<View><Text name="t" value="$t"/>{bars}{asked}</View>')
    assert [(t.name, len(t.fields)) for t in read.span_types] == [("p", 1), ("q", 0), ("r", 1)]


def test_arguments_of_brat_need_no_space_between_them_and_what_is_none_is_listed() -> None:
    read = read_config(
        "[entities]\nPerson\n[events]\nGive Giver?:Person,Recipient?:Person, Thing?:\n"
    )
    assert [relation.name for relation in read.relations] == ["giver", "recipient"]
    assert lost(read) == [(4, "Thing?: is no argument")]


def test_words_that_would_get_one_name_keep_names_apart_and_titles_as_they_are() -> None:
    types = [(t.name, t.title) for t in scheme_of("A+\nA-\narticle\nÄrger\n愛").span_types]
    names, titles = zip(*types, strict=True)
    assert titles == ("A+", "A-", "article", "Ärger", "愛")
    assert names[2:] == ("article_span_type", "arger", "愛")
    assert len(set(names)) == 5
    assert all(name.startswith("a_") for name in names[:2])


def test_from_decides_where_the_content_would_be_read_otherwise() -> None:
    assert [t.title for t in scheme_of("[entities]\nA", "--from", "brat").span_types] == ["A"]
    Path("new.schema.json").unlink()
    assert isinstance(imported("a, b", "--from", "label-studio").exception, SchemeError)


def test_an_import_overwrites_nothing() -> None:
    Path("new.schema.json").write_text("mine", encoding="utf-8")
    assert isinstance(imported("a, b").exception, UsageError)
    assert Path("new.schema.json").read_text(encoding="utf-8") == "mine"
