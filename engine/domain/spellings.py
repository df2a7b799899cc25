"""One name in many spellings: what of them is kept for comparing, in plain letters and as sounds.

Names come in Latin, Cyrillic, Arabic and other scripts, transliterated by a dozen norms, and are heard on the telephone.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

from anyascii import anyascii

from engine.domain.first_names import RELATED

MOST_SOUNDS: Final = 4
_ARABIC: Final = str.maketrans(
    {
        "ع": "a", "أ": "a", "إ": "i", "آ": "a", "ا": "a", "ة": "a", "ى": "a", "ی": "y", "ي": "y", "ئ": "y",
        "ؤ": "w", "و": "w", "ء": "", "ک": "k", "ك": "k", "گ": "g", "چ": "ch", "پ": "p", "ژ": "zh", "ش": "sh",
        "خ": "kh", "غ": "gh", "ث": "th", "ذ": "dh", "ق": "q", "ط": "t", "ظ": "z", "ص": "s", "ض": "dh", "ح": "h",
        "ه": "h", "ە": "a", "ڤ": "v", "ێ": "e", "ۆ": "o", "ڵ": "l", "ڕ": "r",
        "ـ": "", "َ": "", "ُ": "", "ِ": "", "ّ": "", "ْ": "", "ً": "", "ٌ": "", "ٍ": "", "\u200c": "", "\u200f": "",
    }
)  # fmt: skip
"""Letters as they are heard in names. The general table writes the ayn as a mark, which would be lost."""
_LATIN: Final = str.maketrans(
    {"ə": "a", "Ə": "a", "ı": "i", "ð": "d", "þ": "th", "ё": "e", "Ё": "e", "ў": "u"}
)
_MARKS: Final = re.compile(r"['’‘ʼ`´ʹʺ.·]")
_BETWEEN: Final = re.compile(r"[^a-z0-9]+")
_OF_NAMES: Final = frozenset({"al", "el", "ul", "ad", "as", "ur", "bin", "bint", "ibn", "ben", "van", "von", "de", "da", "dos", "del", "la", "thi"})  # fmt: skip
"""Small words in names, which are left out as often as written."""

# Two letters that are one sound, the longest first. Upper-case letters are sounds that are finished.
_SOUNDS: Final = tuple(
    (re.compile(pattern), sounds)
    for pattern, sounds in (
        (r"^(?:dzh|dj)", ("J",)),
        (r"shch|tsch|sch|tch|dzh", ("S",)),
        (r"^zh", ("S", "J")),
        (r"^g(?=[eiy])", ("J", "K", "H")),
        (r"^c(?=[eiy])", ("S", "J")),
        (r"^ch(?=[rl])", ("K",)),
        (r"^ch", ("S", "K")),
        (r"ch", ("S", "K", "")),
        (r"^kh", ("H", "K")),
        (r"kh", ("K", "")),
        (r"gh", ("K",)),
        (r"ph", ("V",)),
        (r"th", ("T", "S")),
        (r"dh", ("T", "S")),
        (r"ts|tz|cz|sh|zh|sz|dz|s|z", ("S",)),
        (r"ck|q|k", ("K",)),
        (r"^x", ("H", "S")),
        (r"x", ("KS", "")),
        (r"^c(?=[aou])", ("K", "*")),
        (r"(?<=[aou])c(?=[aou])", ("K", "")),
        (r"c(?=[eiy])", ("S",)),
        (r"c", ("K",)),
        (r"^g", ("K", "H")),
        (r"g", ("K", "")),
        (r"^y[ei](?=.{2})|^je(?=.{2})|^ie(?=.{2})", ("*",)),
        (r"^(?:j|y(?=[aouw])|i(?=[au]))", ("J",)),
        (r"^[aeiouy]", ("*",)),
        (r"^h", ("H",)),
        (r"[hjyaeiou]", ("",)),
        (r"^[vw]", ("V",)),
        (r"w", ("V", "")),
        (r"v|f", ("V",)),
        (r"t|d", ("T",)),
        (r"p", ("P",)),
        (r"b", ("B",)),
        (r"l", ("L",)),
        (r"m", ("M",)),
        (r"n", ("N",)),
        (r"r", ("R",)),
    )
)
_DOUBLED: Final = re.compile(r"(.)\1+")
_HEARD_AS: Final = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"kh|ch(?=[rl])|q|ck|gh|g|x", "k"),
        (r"dzh|dj|j|y", "i"),
        (r"ae|ai|ei|ie|e", "i"),
        (r"ou|u", "o"),
        (r"sh|zh|z|ts|c", "s"),
        (r"ph|f|w", "v"),
        (r"th|d", "t"),
        (r"(?<!^)h", ""),
        (r"i+", "i"),
    )
)


def words_of(name: str) -> tuple[str, ...]:
    """Return the words of a name in plain small letters, without the small words that are left out as often as written."""
    plain = _plain(name)
    words = tuple(dict.fromkeys(word for word in _BETWEEN.split(plain) if word))
    telling = tuple(word for word in words if word not in _OF_NAMES and not word.isdigit())
    return telling or words


@lru_cache(maxsize=20_000)
def _plain(name: str) -> str:
    composed = _MARKS.sub("", unicodedata.normalize("NFKC", name)).translate(_ARABIC).translate(_LATIN)
    # A picture has a name of its own, which is nobody's.
    written = "".join(each if unicodedata.category(each)[0] in "LMN" else " " for each in composed)
    return _DOUBLED.sub(r"\1", _MARKS.sub("", anyascii(written).casefold()))


@lru_cache(maxsize=20_000)
def sounds_of(word: str) -> tuple[str, ...]:
    """Return the consonants of a plain word as they may be heard, the likeliest first; then those of the name that it is
    short for, or a form of."""
    found = list(_sounds(word))
    for related in RELATED.get(word, ()):
        found += _sounds(related)[:1]
    return tuple(dict.fromkeys(found))


def _sounds(word: str) -> tuple[str, ...]:
    heard, place = [""], 0
    while place < len(word):
        rest_at, sounds = _next(word, place)
        heard = [before + each for each in sounds for before in heard][: 3 * MOST_SOUNDS]
        place = rest_at
    likely = dict.fromkeys(_DOUBLED.sub(r"\1", each) for each in heard)
    return tuple(each for each in likely if each)[:MOST_SOUNDS] or (word,)


def _next(word: str, place: int) -> tuple[int, tuple[str, ...]]:
    for pattern, sounds in _SOUNDS:
        # `^` holds only at the word's own beginning, wherever the match begins.
        if found := pattern.match(word, place):
            return found.end(), sounds
    return place + 1, ("",) if word[place].isalpha() else (word[place],)


@lru_cache(maxsize=20_000)
def heard(word: str) -> str:
    """Return a plain word with its vowels, letters that are one sound in some language made one."""
    for pattern, sound in _HEARD_AS:
        word = pattern.sub(sound, word)
    return _DOUBLED.sub(r"\1", word)


def has_vowels(word: str) -> bool:
    """Return False for a word from a script that writes none, as it comes from there."""
    return sum(letter in "aeiouy" for letter in word) * 3 > len(word)


def distance(one: str, other: str) -> int:
    """Return how many letters were left out, added, changed, or exchanged with their neighbour."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        now = [i]
        for j, its in enumerate(other, 1):
            cost = min(last[j] + 1, now[j - 1] + 1, last[j - 1] + (letter != its))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == its:
                cost = min(cost, before[j - 2] + 1)
            now.append(cost)
        before, last = last, now
    return last[-1]
