"""`vireille texts`: the state of the translations, and their way to a translator and back."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import click

from engine.cli.context import opened_engine, refusals_as_sentences
from engine.clock import day_of
from engine.domain.people import OPERATOR
from engine.errors import Refusal
from engine.queries.text_reviews import ReadReviews, ReadVersionTexts
from webapp.http.languages import PUBLIC_LANGUAGES
from webapp.translations.files import TranslationRefused, exported, taken_in
from webapp.translations.measures import LONG, measures_by_place, measures_of
from webapp.translations.states import TranslationStatus, translated_codes, translation_status

_LANGUAGE = click.Choice(translated_codes())


@click.group()
def texts() -> None:
    """Translations of the texts for people outside: pages, forms, messages."""


@texts.command()
@click.argument("language", type=_LANGUAGE, required=False)
def status(language: str | None) -> None:
    """Count translated and reviewed texts, with those reviewed here. With LANGUAGE: list the missing ones too."""
    click.echo(f"{'':6} {'tekstejä':>8} {'puuttuu':>8} {'tarkistamatta':>14}  tarkistaja")
    codes = (language,) if language else translated_codes()
    found = _statuses(codes)
    for code in codes:
        each = found[code]
        click.echo(
            f"{code:6} {len(each.texts):8} {len(each.missing):8} {len(each.unreviewed):14}  {', '.join(each.reviewers) or '-'}"
        )
        if language:
            for text in each.missing:
                click.echo(f"  {text}")


@texts.command()
@click.argument("language", type=click.Choice(tuple(PUBLIC_LANGUAGES)), required=False)
def measures(language: str | None) -> None:
    """Words in a sentence, by language; with LANGUAGE by page, form and letter. Headings and buttons are left out."""
    click.echo(f"{'lauseita':>8} {'keskim.':>8} {'pisin':>6} {f'yli {LONG}':>7}")
    if language:
        found = {place.name: each for place, each in measures_by_place(language).items()}
    else:
        found = {code: measures_of(code) for code in PUBLIC_LANGUAGES}
    for name, each in found.items():
        click.echo(f"{each.sentences:8} {each.mean:8.1f} {each.longest:6} {each.long:7}  {name}")


@texts.command()
@click.argument("language", type=_LANGUAGE)
@click.option("--to", type=click.Path(path_type=Path, dir_okay=False), help="Instead of standard output.")
@refusals_as_sentences
def export(language: str, to: Path | None) -> None:
    """One .po file of all texts of LANGUAGE as people read them here, with the English as comments. Poedit and Weblate
    open it."""
    content = exported(language, _statuses([language])[language])
    if to is None:
        click.echo(content)
    else:
        to.write_text(content, "utf-8")


def _statuses(codes: Iterable[str]) -> Mapping[str, TranslationStatus]:
    """Return the state of languages as it is here; where no database is set up, as it comes with the program."""
    try:
        with opened_engine() as engine:
            version = engine.answer(ReadVersionTexts(), OPERATOR)
            reviews = engine.answer(ReadReviews(), OPERATOR)
            return {code: translation_status(code, reviews[code], version) for code in codes}
    except Refusal:
        return {code: translation_status(code) for code in codes}


@texts.command("import")
@click.argument("language", type=_LANGUAGE)
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--reviewed-by", default="", help="Who reviewed what is not marked as needing work.")
@refusals_as_sentences
def import_(language: str, file: Path, reviewed_by: str) -> None:
    """Put a translator's FILE into the program's catalogues. Forms use it from the next publication on."""
    try:
        changed = taken_in(language, file.read_text("utf-8"), reviewed_by, day_of(datetime.now(UTC)))
    except (TranslationRefused, UnicodeDecodeError) as refused:
        click.echo(str(refused), err=True)
        sys.exit(1)
    click.echo(f"{language}: {changed} tekstiä muuttui.")
