"""Letters as files: accessible, archivable, the same every time, and never obeying what people wrote."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pikepdf
import pytest

from engine.domain.wording import Section, Wording
from engine.letters import Letter, TextMissing, Unprintable, assemble, render, unprintable
from engine.letters.fonts import FOLDER, SUBSTITUTE, printable, runs_right_to_left
from tests.support.pdf import page_text, shown

DAY = date(2026, 11, 24)
HOSTILE = (
    '#eval("1+1")',
    '#read("/etc/passwd")',
    "*bold* _it_ $x^2$ `raw` <label> @ref = Heading",
    '"\\"} #panic() {',
    "#{ while true {} }",
    "// a comment /* and another",
    "- one\n+ two\n/ three: four",
    "{person_name} {{}} [ ] # $ \\ ~ --- ...",
)


def letter(*paragraphs: str, annexes: tuple[Wording, ...] = (), language: str = "fi") -> Letter:
    sections = (
        Section("head", None, ("Joutsenon vastaanottokeskus", "Ihmiskaupan uhrien auttamisjärjestelmä")),
        Section("reasons", "Perustelut", paragraphs, ("yksi", "kaksi")),
        Section("signature", None, ("Otso Oletus", "apulaisjohtaja")),
    )
    wording = Wording(language, "Sinut otetaan asiakkaaksi", sections, "PÄÄTÖS", "Salassa pidettävä", annexes)
    return Letter(wording, "2026-000118", "ti 24.11.2026", "2026-000118/P1")


def opened(made: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(made))


def elements(element: Any) -> Iterator[Any]:
    """Elements of the structure tree, in reading order."""
    if isinstance(element, pikepdf.Array):
        for each in element:
            yield from elements(each)
    elif isinstance(element, pikepdf.Dictionary):
        yield element
        if "/K" in element:
            yield from elements(element["/K"])


def tags(root: Any) -> Iterator[str]:
    return (str(each["/S"]) for each in elements(root) if "/S" in each)


def test_a_letter_is_pdf_ua_1_and_pdf_a_2a_at_once() -> None:
    pdf = opened(render(letter("Perustelu."), drawn_on=DAY))
    with pdf.open_metadata() as metadata:
        assert metadata.pdfa_status == "2A"
        assert metadata["pdfuaid:part"] == "1"
        assert metadata["dc:title"] == "Sinut otetaan asiakkaaksi"
    assert pdf.Root.MarkInfo.Marked
    assert pdf.Root.ViewerPreferences.DisplayDocTitle
    assert str(pdf.Root.Lang) == "fi"


def test_its_structure_can_be_heard() -> None:
    pdf = opened(render(letter("Yksi.", "Kaksi."), drawn_on=DAY))
    found = list(tags(pdf.Root.StructTreeRoot))
    assert found.count("/H1") == 1
    assert "/H2" in found
    assert found.index("/H1") < found.index("/H2")
    assert found.count("/P") >= 2
    assert found.count("/LI") == 2


def test_every_font_is_inside_the_file() -> None:
    pdf = opened(render(letter("Perustelu."), drawn_on=DAY))
    for page in pdf.pages:
        for font in page.Resources.Font.values():
            descriptor = font.DescendantFonts[0].FontDescriptor
            assert "SourceSans3" in str(descriptor.FontName)
            assert any(name in descriptor for name in ("/FontFile2", "/FontFile3"))


def test_the_same_letter_is_the_same_bytes() -> None:
    first, other = letter("Perustelu."), letter("Toinen.")
    assert render(first, drawn_on=DAY) == render(first, drawn_on=DAY)
    assert render(first, drawn_on=DAY) != render(other, drawn_on=DAY)


def test_every_page_carries_its_number_the_reference_and_the_secrecy() -> None:
    annex = Wording("fi", "Valitusosoitus", (Section("who", "Mistä voit valittaa", ("Voit valittaa.",)),))
    made = render(letter("Perustelu.", annexes=(annex,)), drawn_on=DAY)
    pdf = opened(made)
    first, second = (page_text(page) for page in pdf.pages)
    assert "1 (2)" in first
    assert "2 (2)" in second
    for page in (first, second):
        assert "2026-000118" in page
        assert "Salassa pidettävä" in page
    assert "Valitusosoitus" in second


@pytest.mark.parametrize("written", HOSTILE)
def test_markup_that_people_wrote_is_shown_and_never_obeyed(written: str) -> None:
    made = render(letter(written), drawn_on=DAY)
    for word in written.replace("\n", " ").split():
        assert word in shown(made)


def test_twenty_thousand_characters_without_a_blank_stay_on_the_pages() -> None:
    made = opened(render(letter("x" * 20_000), drawn_on=DAY))
    assert 3 <= len(made.pages) <= 8


def test_twenty_thousand_characters_of_prose_are_set() -> None:
    assert len(opened(render(letter("Kerroit meille. " * 1_250), drawn_on=DAY)).pages) >= 4


def test_a_character_no_font_has_is_a_square_in_a_draft_and_refused_in_what_leaves_the_house() -> None:
    assert unprintable("Nimi 𓀀 😀 Ж ạ ع 漢字\u202e") == ("𓀀", "😀")
    assert SUBSTITUTE in shown(render(letter("Nimi 𓀀"), drawn_on=DAY, signed=False))
    with pytest.raises(Unprintable, match="𓀀"):
        render(letter("Nimi 𓀀"), drawn_on=DAY)


@pytest.mark.parametrize("place", ["title", "heading", "item", "annex"])
def test_no_place_of_a_letter_lets_a_square_through(place: str) -> None:
    odd = {name: "𓀀" if name == place else "Sana" for name in ("title", "heading", "item")}
    section = Section("reasons", odd["heading"], ("Perustelu.",), (odd["item"],))
    annex = Wording("fi", "𓀀" if place == "annex" else "Liite", (section,))
    wording = Wording("fi", odd["title"], (section,), annexes=(annex,))
    with pytest.raises(Unprintable):
        render(Letter(wording), drawn_on=DAY)


NAMES = {
    "Arabic": "محمد",
    "Armenian": "Արամ",
    "Bengali": "মোহাম্মদ",
    "Devanagari": "कृष्ण श्रेष्ठ",
    "Ethiopic": "ኣብርሃም",
    "Georgian": "გიორგი",
    "Gujarati": "કૃષ્ણ",
    "Gurmukhi": "ਗੁਰਪ੍ਰੀਤ",
    "Hebrew": "אברהם",
    "Kannada": "ಕೃಷ್ಣ",
    "Khmer": "សុខា",
    "Lao": "ສົມສັກ",
    "Malayalam": "കൃഷ്ണൻ",
    "Myanmar": "အောင်မြင့်",
    "Sinhala": "කෘෂ්ණ",
    "Tamil": "கிருஷ்ணன்",
    "Telugu": "కృష్ణ",
    "Thai": "สมชาย",
    "DroidSansFallback": "张伟 張偉 ひらがな",
}


@pytest.mark.parametrize(("script", "name"), NAMES.items())
def test_a_name_is_printed_in_its_own_script(script: str, name: str) -> None:
    made = opened(render(letter(name), drawn_on=DAY))
    fonts = {
        str(f.DescendantFonts[0].FontDescriptor.FontName)
        for page in made.pages
        for f in page.Resources.Font.values()
    }
    assert any(script in each for each in fonts)


def test_every_font_of_the_folder_is_asked_and_has_its_licence() -> None:
    families = set(re.findall('"(.+?)"', (FOLDER.parent / "families.typ").read_text()))
    files = {path.stem.partition("-")[0] for path in FOLDER.glob("*.ttf")}
    licences = [path.stem.removeprefix("LICENSE-") for path in FOLDER.glob("LICENSE-*")]
    assert {family.replace(" ", "") for family in families} == files
    assert [name for name in files if not any(name.startswith(each) for each in licences)] == []


def test_control_characters_vanish() -> None:
    assert "ab" in shown(render(letter("a\x00\x07\u202eb"), drawn_on=DAY))


def test_an_explanation_in_arabic_is_marked_as_arabic() -> None:
    annex = Wording("ar", "شرح", (Section("explanation", None, ("هذا شرح للقرار.",)),))
    made = opened(render(letter("Perustelu.", annexes=(annex,)), drawn_on=DAY))
    assert len(made.pages) == 2
    fonts = {str(f.DescendantFonts[0].FontDescriptor.FontName) for f in made.pages[1].Resources.Font.values()}
    assert any("NotoSansArabic" in name for name in fonts)


def test_a_card_tells_nothing_but_the_code() -> None:
    wording = Wording(
        "fi", "Muista", (Section("head", None, ("Joutseno",)), Section("code", None, ("0458 2731",)))
    )
    made = render(Letter(wording, "2026-000118", "ti 24.11.2026", is_card=True), drawn_on=DAY)
    assert shown(made) == "Muista0458 2731"
    assert b"Joutseno" not in made
    pdf = opened(made)
    with pdf.open_metadata() as metadata:
        assert "Joutseno" not in str(metadata)


def test_a_draft_says_so_on_every_page() -> None:
    annex = Wording("fi", "Valitusosoitus", (Section("who", "Mistä voit valittaa", ("Voit valittaa.",)),))
    pdf = opened(render(letter("Perustelu.", annexes=(annex,)), drawn_on=DAY, signed=False))
    assert all("Luonnos, ei allekirjoitettu" in page_text(page) for page in pdf.pages)


def test_the_day_it_is_drawn_up_stands_on_a_letter_without_a_date() -> None:
    text = {
        "values": {},
        "fi": {"title": "Otsikko", "sections": [{"key": "head", "paragraphs": ["Virasto"]}]},
    }
    assert "24.11.2026" in shown(render(assemble({"t": text}, "t", "fi", {}), drawn_on=DAY))


def test_a_text_that_is_not_there_is_named() -> None:
    with pytest.raises(TextMissing, match="puuttuva"):
        assemble({}, "puuttuva", "fi", {})


def test_the_explanation_is_marked_as_its_language_and_runs_its_way() -> None:
    text = {
        "values": {},
        "fi": {
            "title": "Otsikko",
            "sections": [
                {"key": "reasons", "paragraphs": ["Suomeksi."]},
                {"key": "explanation_text", "heading": "Selitys", "paragraphs": ["هذا شرح للقرار."]},
            ],
        },
    }
    made = render(assemble({"t": text}, "t", "fi", {"explanation_code": "fa"}), drawn_on=DAY)
    pdf = opened(made)
    languages = {str(each.Lang) for each in elements(pdf.Root.StructTreeRoot) if "/Lang" in each}
    assert "fa" in languages
    assert runs_right_to_left("1. هذا شرح")
    assert not runs_right_to_left("Selitys: هذا")


@pytest.mark.parametrize(
    "cited",
    [
        "746/2011 35 § 3 momentti",
        "746/2011 35 § 3 mom.",
        "301/2004 191 § 1 momentti 10 kohta",
        "34 §",
        "746/2011 38 f §",
    ],
)
def test_the_citation_of_an_act_stays_on_one_line(cited: str) -> None:
    assert " " not in printable(cited).replace("momentti 10", "momentti10")


def links(made: bytes) -> list[tuple[str, str]]:
    """Return for each link of a letter the place to which it leads, and its name for a reader."""
    return [
        (str(each.A.URI), str(each.Contents))
        for page in opened(made).pages
        for each in page.get("/Annots", [])
    ]


def test_what_can_be_called_or_written_to_is_a_link_and_a_code_or_a_reference_is_none() -> None:
    written = letter(
        "Soita 029 123 4567 tai +358 29 123 4567, kirjoita neuvonta@example.invalid tai katso https://vireille.example/fi/code.",
        "Asia 2026-000118, 746/2011 35 §, 24.11.2026 klo 09 30, 00980 Helsinki, koodi 0123 4567 8901 2345, javascript:alert(1).",
    )
    made = render(written, drawn_on=DAY)

    assert links(made) == [
        ("tel:0291234567", "Puhelin 0291234567"),
        ("tel:+358291234567", "Puhelin +358291234567"),
        ("mailto:neuvonta@example.invalid", "Sähköposti neuvonta@example.invalid"),
        ("https://vireille.example/fi/code", "https://vireille.example/fi/code"),
    ]
    assert "029 123 4567" in " ".join(shown(made).replace("\u00a0", " ").split())
