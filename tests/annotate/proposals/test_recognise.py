"""Names that certainly are some are found in three languages; what may be something else is left out."""

from time import process_time

import pytest

from signalbook.annotate.proposals.recognise import recognise


def found(text: str, language: str) -> list[tuple[str, str | None, str]]:
    """Words, kind, and the code or else the name of everything that is recognised."""
    return [
        (text[n.start : n.end], n.meaning.kind, n.meaning.code or n.meaning.name)
        for n in recognise(text, language)
    ]


@pytest.mark.parametrize(
    ("language", "text", "names"),
    [
        (
            "en",
            "Russia told the U.S. and the UK that Moscow\u2019s patience had ended.",
            [
                ("Russia", "country", "RUS"),
                ("U.S.", "country", "USA"),
                ("UK", "country", "GBR"),
                ("Moscow", "capital", "RUS"),
            ],
        ),
        (
            "en",
            "The Kremlin rebuked the Turkish government and NATO; the Germans shrugged.",
            [
                ("Kremlin", "leader_office", "RUS"),
                ("Turkish government", "government", "TUR"),
                ("NATO", "organisation", "North Atlantic Treaty Organization"),
                ("Germans", "people", "DEU"),
            ],
        ),
        (
            "en",
            "Kenyan President Amina Odero met Brazil's foreign minister, Caio Prado, in Lisbon.",
            [
                ("President Amina Odero", "leader", "KEN"),
                ("Brazil", "country", "BRA"),
                ("foreign minister, Caio Prado", "foreign_minister", "BRA"),
            ],
        ),
        (
            "en",
            "China's foreign ministry and the Ministry of Foreign Affairs of Japan disagreed.",
            [
                ("China's foreign ministry", "foreign_ministry", "CHN"),
                ("Ministry of Foreign Affairs of Japan", "foreign_ministry", "JPN"),
            ],
        ),
        (
            "en",
            "former President Lena Varga, UN Secretary-General Omar Diallo and Mr. Tan spoke.",
            [
                ("President Lena Varga", "former_official", "Lena Varga"),
                ("Secretary-General Omar Diallo", "organisation_official", "Omar Diallo"),
                ("Mr. Tan", "person", "Tan"),
            ],
        ),
        (
            "fr",
            "Les États-Unis et l\u2019Allemagne soutiennent Kiev ; le Quai d\u2019Orsay se tait.",
            [
                ("États-Unis", "country", "USA"),
                ("Allemagne", "country", "DEU"),
                ("Kiev", "capital", "UKR"),
                ("Quai d\u2019Orsay", "foreign_ministry", "FRA"),
            ],
        ),
        (
            "fr",
            "Le président sénégalais Ousmane Ba et le ministre grec de la Défense, Nikos Vallas, ont vu M. Roux.",
            [
                ("président sénégalais Ousmane Ba", "leader", "SEN"),
                (
                    "ministre grec de la Défense, Nikos Vallas",
                    "minister",
                    "GRC",
                ),
                ("M. Roux", "person", "Roux"),
            ],
        ),
        (
            "fr",
            "Le gouvernement israélien et la diplomatie américaine ; les Etats-Unis saluent l'ONU.",
            [
                ("gouvernement israélien", "government", "ISR"),
                ("diplomatie américaine", "foreign_ministry", "USA"),
                ("Etats-Unis", "country", "USA"),
                ("ONU", "organisation", "United Nations"),
            ],
        ),
        (
            "ar",
            "رحبت روسيا وفرنسا بالاتفاق، وقالت واشنطن إن للصين دورا.",
            [
                ("روسيا", "country", "RUS"),
                ("فرنسا", "country", "FRA"),
                ("واشنطن", "capital", "USA"),
                ("لصين", "country", "CHN"),
            ],
        ),
        (
            "ar",
            "أكد الرئيس المصري سامي الحداد أن الحوار مستمر. وقال وزير الخارجية التركي كمال أيدن: نعم.",
            [
                ("الرئيس المصري سامي الحداد", "leader", "EGY"),
                ("وزير الخارجية التركي كمال أيدن", "foreign_minister", "TUR"),
            ],
        ),
        (
            "ar",
            "أدانت الحكومة الإسرائيلية ووزارة الخارجية الروسية والكرملين قرار مجلس الأمن.",
            [
                ("الحكومة الإسرائيلية", "government", "ISR"),
                ("وزارة الخارجية الروسية", "foreign_ministry", "RUS"),
                ("الكرملين", "leader_office", "RUS"),
                ("مجلس الأمن", "organisation", "United Nations Security Council"),
            ],
        ),
    ],
)
def test_names_are_found_with_what_they_mean(
    language: str, text: str, names: list[tuple[str, str, str]]
) -> None:
    assert found(text, language) == names


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Tell us what the polish does; turkey and china were on the table."),
        ("en", "JOIN US NOW OR THE EU LOSES"),
        ("en", "Georgia beat Alabama, and Chad scored."),
        ("en", "Michael Jordan left early. Jordan said nothing to George Washington."),
        ("en", "Turkey breast is cheap; so is Turkey meat."),
        ("en", "The Congo runs past Northern Ireland and the South China Sea to New Mexico."),
        ("en", "Talks were held in Moscow and Vienna; then they flew to Paris."),
        ("en", "BERLIN, 3 March. A US-backed plan, see www.Russia.com and @Ukraine, failed."),
        ("en", "The Paris Agreement, the China Daily, Radio France, Air India."),
        ("en", "Russian media and Ukrainian pilots; Lavrov and Poroshenko spoke."),
        ("en", "The president and the foreign minister; Mr. President, thank you."),
        ("en", "The WHO knows. The SCO is short for something."),
        ("fr", "Maurice a mangé à Paris, puis il est parti pour la mer de Chine."),
        ("fr", "La Géorgie a voté comme l'Alabama ; une dinde de Noël."),
        ("ar", "الوضع مالي صعب، والاجتماع في موسكو انتهى."),
        ("ar", "قال الرئيس الجديد للبلاد إنه سعيد."),
        ("ar", "بيروت، 4 مايو. وفي القاهرة التقى السفير البريطاني مسؤولين كبارا."),
        ("ar", "غادر الرئيس الروسي القاعة، وأبلغ الوزير الروسي مسؤولين أن الحوار مستمر."),
        ("en", "Rome, the Queen Elizabeth Hall; Vienna Street and London Bridge."),
        ("de", "Russia and Frankreich"),
    ],
)
def test_what_may_be_something_else_is_left_out(language: str, text: str) -> None:
    assert found(text, language) == []


def test_what_else_the_text_says_decides_what_an_ambiguous_name_means() -> None:
    assert found("Georgia recalled its envoy, Tbilisi said.", "en") == [
        ("Georgia", "country", "GEO"),
        ("Tbilisi", "capital", "GEO"),
    ]
    assert found("The World Health Organization answered; the WHO was late.", "en")[1:] == [
        ("WHO", "organisation", "World Health Organization")
    ]
    assert found("قالت قطر في الدوحة إنها مستعدة.", "ar") == [("قطر", "country", "QAT")]


def test_the_longest_name_wins() -> None:
    text = "South Sudan, Guinea-Bissau, Papua New Guinea, Niger, Nigeria and DR Congo signed."
    assert [code for _, _, code in found(text, "en")] == ["SSD", "GNB", "PNG", "NER", "NGA", "COD"]


def test_a_president_of_nobody_knows_what_holds_no_office() -> None:
    assert found("President Ada Moreau thanked FIFA President Jo Keller.", "en") == [
        ("President Ada Moreau", "person", "Ada Moreau"),
        ("President Jo Keller", "person", "Jo Keller"),
    ]


def test_a_state_of_a_federation_is_no_country_of_a_person() -> None:
    assert recognise("Georgia Senator Bill Hart spoke.", "en")[0].meaning.code == ""
    assert found("Ex-Prime Minister Tom Reyes; acting Peruvian President Ines Duarte.", "en") == [
        ("Prime Minister Tom Reyes", "former_official", "Tom Reyes"),
        ("President Ines Duarte", "leader", "PER"),
    ]


def test_places_are_counted_in_code_points() -> None:
    [name] = recognise("\U0001f54a\U0001f54a Norway agrees", "en-GB")
    assert (name.start, name.end) == (3, 9)


def test_a_text_of_an_unknown_language_is_looked_through_in_all() -> None:
    assert [code for _, _, code in found("Norway; la Norvège; النرويج", "und")] == ["NOR"] * 3


def test_5000_characters_take_milliseconds() -> None:
    text = ("Kenyan President Amina Odero told the EU that Paris and the U.S. had agreed. " * 70)[
        :5000
    ]
    recognise(text)
    start = process_time()
    recognise(text)
    assert process_time() - start < 0.5
