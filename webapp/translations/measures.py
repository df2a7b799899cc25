"""How hard the texts of a language are to read: words in a sentence, and sentences that are long."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from engine.domain.text_reviews import SourceText
from webapp.translations.sources import Place, shipped_sources
from webapp.translations.states import translation_status

LONG: Final = 12
"""Words in a sentence. Easy Finnish has no longer one, but for names and laws."""
_ENDS: Final = re.compile(r"(?<=[.?!؟。])[”»’\")]?\s+|\n+")
_WORD: Final = re.compile(r"\S*\w\S*")
_WHOLE: Final = re.compile(r"[.?!؟][”»’\")]*$")


@dataclass(frozen=True, slots=True)
class Measures:
    """Of whole sentences: a heading or a button would make the mean look better than what is read."""

    sentences: int
    mean: float
    longest: int
    long: int
    """Sentences of more than LONG words."""


def sentences_of(text: str) -> Iterator[str]:
    """Yield the sentences of a text, headings and labels too."""
    yield from (each.strip() for each in _ENDS.split(text) if _WORD.search(each))


def words_in(sentence: str) -> int:
    return len(_WORD.findall(sentence))


def measured(texts: Iterable[str]) -> Measures:
    counts = [words_in(each) for text in texts for each in sentences_of(text) if _WHOLE.search(each)]
    if not counts:
        return Measures(0, 0.0, 0, 0)
    long = sum(each > LONG for each in counts)
    return Measures(len(counts), sum(counts) / len(counts), max(counts), long)


def measures_by_place(code: str) -> Mapping[Place, Measures]:
    """Return the measures of each page, form and letter in a language; in Finnish those of the source."""
    sources = shipped_sources()
    worded: Mapping[SourceText, tuple[str, ...]]
    if code == "fi":
        worded = {text: (text.plural or text.finnish,) for texts in sources.places.values() for text in texts}
    else:
        worded = {text: each.words for text, each in translation_status(code).texts.items()}
    found = {
        place: measured(words for text in texts for words in worded.get(text, ()))
        for place, texts in sources.places.items()
    }
    return {place: each for place, each in found.items() if each.sentences}


def measures_of(code: str) -> Measures:
    """Return the measures of a whole language, each text once."""
    if code == "fi":
        return measured({each.plural or each.finnish for each in shipped_sources().parts_in("sv")})
    return measured(words for each in translation_status(code).texts.values() for words in each.words)
