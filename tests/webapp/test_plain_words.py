"""Texts that anybody can read: easy Finnish is easy, no reader is made a man, and two things never share a word."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner

from webapp.cli import main
from webapp.translations.measures import LONG, measured, measures_by_place, sentences_of, words_in
from webapp.translations.sources import EXPLANATION, shipped_sources
from webapp.translations.states import translation_status

MEAN = 7.0
_BESIDE_THE_POINT = re.compile(
    r"\(?(?:laki|hallintolaki)\s[\d/ §.,()a-zäö]+|\d+/\d{4}|\d+ § ?|”[^”]*”", re.IGNORECASE
)
"""Names and laws, which are as long as they are."""
_SUBORDINATE = re.compile(
    r",\s+(?:että|jotta|kun|koska|jos|vaikka|mutta|jo(?:ka|tka|ta|ita|nka|iden|hon|ihin|ssa|issa|sta|ista|lla|illa|lle|ille|lta)"
    r"|mi(?:tä|kä|ssä|ten|hin|llä|nkä|lloin)|ku(?:ka|ka|inka)|ke(?:tkä|itä|nelle|nen)|sillä|kuin|onko|saako|voiko|pitääkö)\b"
)
HARD = {
    "asiami": None,
    "edustaj": None,
    "saavutettav": None,
    "suostum": None,
    "säilö": None,
    "tietosuoj": None,
    "tunnistau": None,
    "asianosai": "",
    "edelly": "",
    "hylä": "",
    "käsittelyaik": "",
    "menettely": "",
    "momentti": "",
    "määräaik": "",
    "oikaisuv": "",
    "pakolais": "",
    "perustel": "",
    "rekisterinpit": "",
    "salassapi": "",
    "tiedoksian": "",
    "tiedoksisaan": "",
    "tietopyyn": "",
    "toimeenpan": "",
    "toimival": "",
    "täytäntöön": "",
    "vaitiolo": "",
    "velvollis": "",
    "vireil": "",
    "yhteyshenk": "",
}
"""Beginnings of hard words. Those with "" stand nowhere; the others are explained on the page or form that uses them."""

GENDERED = {
    # A past tense or a short adjective after вы or я; a form with both endings.
    "ru": r"\b[Вв]ы (?:уже |ещё |сами )?[а-яё]+(?:л|ла|лся|лась|шен|жен|рен|тов|сен|зан|дён|дена|това|рена|сна|зана)\b"
    r"|\b[Яя] (?:не |уже )?[а-яё]+(?:л|ла|лся|лась)\b|[а-яё]\((?:а|ла|на|лась)\)|[а-яё]/(?:а|ла|ась)\b",
    "uk": r"\b[Вв]и (?:вже |ще )?[а-яіїєґ’]+(?<!і)(?:ав|ив|ів|ував|ла|вся|лася|ений|ена|овий|ова|ідний|ідна)\b"
    r"|\b[Яя] (?:не |вже )?[а-яіїєґ’]+(?:ав|ив|ів|ла|вся|лася)\b|[а-яіїєґ]\((?:а|ла|на)\)|[а-яіїєґ]/(?:а|ла)\b",
    # An adjective or a participle that agrees with vous or je.
    "fr": r"\b(?:vous|[Jj]e|[Jj]’)\s?(?:n’|ne |vous |me |m’)?(?:êtes|étiez|serez|soyez|avez été|suis|ai été|sentez|sens)(?:-vous)? "
    r"(?:pas |bien |très |déjà |encore |tout )*(?:seule?|prête?|sûre?|contente?|libre?s|inquiet|inquiète|obligée?|[a-zéèêîïû]+(?:é|ée|is|ise|u|ue|eux|euse|if|ive))\b"
    r"|[a-zé]\(e\)|[a-zé]·e\b|\bvous-même seule?\b",
    "es": r"\b(?:usted|[Ss]i|[Yy]o|[Cc]uando) (?:ya |no |usted )*(?:está|esté|estaba|ha sido|fue|sea|es|se siente|estoy|soy|he sido) (?:ya |muy |bien |aún )*"
    r"(?:sol[oa]|list[oa]|dispuest[oa]|obligad[oa]|preocupad[oa]|[a-záéíóúñ]+[ai]d[oa])\b"
    r"|\b[Bb]ienvenid[oa]\b|[a-z]\([ao]\)|[a-z][ao]/[ao]\b",
    # An imperative or a present tense is a man's in writing; a verbal noun, يرجى and the past tense are anybody's.
    "ar": r"(?<![\u0621-\u064a])[وف]?(?:اكتب|اختر|اضغط|أدخل|انقر|اتصل|احفظ|أضف|افتح|أغلق|امسح|أنهِ|تأكد|انتظر|أجب|أرسل|اقرأ|جرّب|حاول|ابدأ"
    r"|احذف|انسخ|احتفظ|استخدم|اطلب|أخبرنا|راجع|تحقق|غادر|اخرج|صحّح|حدد|املأ|وقّع|اذهب|اسأل|اسألنا|اذكر|لا تكتب|لا تغلق|لا تتصل|لا ترسل|لا تستخدم|لا تخف)"
    r"(?![\u0621-\u064aًٌٍَُِّْ])(?! (?:و?ل?لماذا|من اتصل))"
    r"|(?<![\u0621-\u064a])(?:هل|كنت|أن|إذا كنت) (?:تريد|تحتاج|تعرف|تستطيع|ترغب|تخاف|تقرأ|تكتب|تختار|تجيب|ترسل|تتصل|تسأل|تسألنا|تسأله)(?![\u0621-\u064a])"
    r"|متأكدًا|مستعدًا|وحدكَ|[\u0621-\u064a]/[يةه](?![\u0621-\u064a])|\((?:ي|ة)\)",
}
"""The reader as a man or as a woman, by language."""
OF_OTHERS = {
    "es": {
        "La decisión se entrega a la persona. Solo con su permiso podemos decirle a usted si ha sido admitida."
    },
    "ar": {"تكون الرسالة قصيرة، ولا تذكر من اتصل ولماذا."},
}
"""Texts in which a pattern finds somebody else: who called, a person who was referred."""


def texts_in(code: str) -> dict[str, str]:
    """Words to their Finnish."""
    return {
        words: each.text.finnish for each in translation_status(code).texts.values() for words in each.words
    }


def test_easy_finnish_is_short_on_every_page() -> None:
    wordy = {place.name: each.mean for place, each in measures_by_place("selko").items() if each.mean > MEAN}
    long = [
        sentence
        for text in texts_in("selko")
        for sentence in sentences_of(text)
        if words_in(_BESIDE_THE_POINT.sub("x", sentence)) > LONG
    ]

    assert wordy == {}
    assert long == []


def test_a_sentence_of_easy_finnish_says_one_thing() -> None:
    several = [
        sentence
        for text in texts_in("selko")
        for sentence in sentences_of(text)
        if len(_SUBORDINATE.findall(sentence)) > 1
    ]

    assert several == []


def test_easy_finnish_has_no_hard_word_that_it_does_not_explain() -> None:
    sources, status = shipped_sources(), translation_status("selko").texts
    unexplained = set()
    for place, texts in sources.places.items():
        if place.key == EXPLANATION:
            continue
        whole = " ".join(words for text in texts for words in status[text].words)
        for word, nowhere in HARD.items():
            used = re.search(rf"\b{word}\w*", whole, re.IGNORECASE)
            explained = re.search(
                rf"\b{word}\w* (?:eli|tarkoittaa|todistaa|on)\b|\b{word}\w*\? (?:Se tarkoittaa|Hän on)|\beli {word}"
                rf"|\b{word}\w* (?:tai \w+ )?eli\b",
                whole,
                re.IGNORECASE,
            )
            if used and (nowhere is not None or not explained):
                unexplained.add((place.name, used[0]))

    assert unexplained == {("page-layouts-public", "Saavutettavuus")}, "the link to the page that explains it"


@pytest.mark.parametrize("code", GENDERED)
def test_no_reader_is_made_a_man_or_a_woman(code: str) -> None:
    found = {
        words: finnish
        for words, finnish in texts_in(code).items()
        if re.search(GENDERED[code], words) and words not in OF_OTHERS.get(code, ())
    }

    assert found == {}


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("ru", "Если вы уверен, позвоните."),
        ("ru", "Я сказал(а) всё."),
        ("uk", "Якщо ви готовий, подзвоніть."),
        ("fr", "Si vous êtes seule, appelez."),
        ("fr", "Vous avez été forcé(e)."),
        ("es", "Si está solo, llame."),
        ("ar", "اتصل بنا الآن."),
        ("ar", "هل تريد المساعدة؟"),
    ],
)
def test_the_patterns_find_a_reader_who_is_given_a_gender(code: str, sentence: str) -> None:
    assert re.search(GENDERED[code], sentence)


@pytest.mark.parametrize(
    ("code", "application"), [("ar", "طلب(?! معلومات| المعلومات)"), ("fa", "درخواست"), ("so", "[Cc]odsi")]
)
def test_a_request_for_information_is_not_called_an_application(code: str, application: str) -> None:
    """Else "the request is closed" reads as "your application is closed"."""
    of_requests = {
        words: finnish
        for words, finnish in texts_in(code).items()
        if re.search(r"[Tt]ietopyyn|tämän pyynnön|Onko pyyntö", finnish)
    }

    assert len(of_requests) >= 4
    assert {words for words in of_requests if re.search(application, words)} == set()


def test_the_measures_are_printed_by_language_and_by_page() -> None:
    assert measured(["Otsikko", "Yksi kaksi. Kolme neljä viisi kuusi!"]).mean == 3
    run = CliRunner().invoke

    by_language = run(main, ["texts", "measures"]).output.splitlines()
    by_page = run(main, ["texts", "measures", "selko"]).output

    assert len(by_language) == 13
    assert re.search(r"\d+ +[3-7]\.\d +\d+ +0  page-public-start", by_page)
