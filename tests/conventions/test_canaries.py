"""One canary for each question of every shipped form goes through everything and is then nowhere in clear.

The search covers the database's files, its log, our log and letters in the post. Words that stand in clear, and a
canary let out on purpose, show each time that the search finds what is there.
"""

from __future__ import annotations

import logging
import re
import secrets
import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any

import pikepdf
import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import insert, select, text

from engine.casework.answers import sealed_by_class
from engine.clock import day_of
from engine.commands.enquiries import SubmitEnquiry
from engine.commands.enquiry_answers import AnswerEnquiry, UnansweredEnquiries
from engine.commands.public_drafts import PUBLIC_FORMS, KeepPublicDraft, new_token
from engine.commands.tasks import SaveDraft
from engine.domain.people import PUBLIC, SYSTEM
from engine.executor import Command, Engine, Work
from engine.mail import send
from engine.settings import MailSettings
from engine.simulation.environment import Environment
from engine.simulation.invented_person import InventedPerson
from engine.simulation.open_form import OpenForm
from engine.simulation.people import PEOPLE, WATCHER, AddInventedPeople, actor_of
from engine.simulation.random_walk import Answers, WalkResults, walk_case
from engine.storage.tables import METADATA
from engine.storage.tables.cases import CASE_EVENTS, CASES, DOCUMENTS
from engine.worker import Worker
from forms.definition import Field, FormDefinition, Kind
from forms.random_answers import Typed, random_answers
from forms.submission import accept
from tests.support.postgres import Cluster
from tests.support.story import Story
from tests.support.world import World

WALKED = {"sqlite": (31, 41), "postgresql": (2, 4)}
"""Seeds: on each kind of database other ways to the end."""
TRIES = 60
TEXTS = {Kind.TEXTFIELD, Kind.TEXTAREA}


@dataclass
class Canaries:
    """All canaries of a run carry one mark, in letters and in digits, so that one search finds any of them."""

    letters: str = field(
        default_factory=lambda: "".join(secrets.choice("bcdfghjklmnpqrstvwxz") for _ in range(9))
    )
    digits: str = field(default_factory=lambda: f"4{secrets.randbelow(10**7):07d}")
    year: str = field(default_factory=lambda: f"{5000 + secrets.randbelow(5000)}")
    """The mark of days, which nobody gives."""
    known: dict[tuple[str, str], str] = field(default_factory=dict)
    sent: set[tuple[str, str]] = field(default_factory=set)

    def of(self, form: str, asked: Field) -> str:
        number = len(self.known)
        made = self.known.setdefault((form, asked.key), f"{self.letters}{number}")
        if asked.limits.text_type == "email":
            return f"{made}@example.invalid"
        if asked.limits.text_type == "phone":
            return f"+358 {self.digits}{list(self.known).index((form, asked.key)):03d}"
        longest = asked.limits.max_length
        assert longest >= len(self.letters), f"{form}.{asked.key} is too short for a canary"
        return " ".join([made] * max(1, -(-(asked.limits.min_length or 1) // (len(made) + 1))))[:longest]

    def put_in(self, definition: FormDefinition, sent: Mapping[str, list[str]]) -> dict[str, list[str]]:
        """Return the answers, with each text replaced by the canary of its question. What is left empty stays so."""
        questions = dict(texts_of(definition))
        changed = dict(sent)
        for name in sent:
            asked = questions.get(re.sub(r"\.\d+\.", ".", re.sub(r"\[\d+\]\.", ".", name)))
            if asked is not None and any(sent[name]):
                changed[name] = [self.of(definition.key, asked)]
                self.sent.add((definition.key, asked.key))
        return changed

    def found_in(self, data: bytes) -> list[str]:
        # A plain search is a hundred times as fast as the pattern, which also takes the words around.
        marks = (self.letters.encode(), self.digits.encode(), self.year.encode())
        lowered = data.lower()
        if not any(mark in lowered for mark in marks):
            return []
        day = f"{self.year}-[01][0-9]-[0-3][0-9]|[0-9]\\.[0-9]{{1,2}}\\.{self.year}"
        pattern = f"[^\\x00-\\x1f]{{0,30}}(?:{self.letters}|{self.digits}|{day})[0-9]{{0,4}}".encode()
        return [each.decode(errors="replace") for each in re.findall(pattern, data, re.IGNORECASE)[:5]]


def texts_of(definition: FormDefinition) -> Iterator[tuple[str, Field]]:
    """Yield questions answered in one's own words, by the name they are sent under, without the row's number."""
    for key, asked in definition.by_key.items():
        if asked.kind in TEXTS and asked.limits.pattern is None:
            yield key, asked
        for column in asked.fields:
            if column.kind in TEXTS and column.limits.pattern is None:
                yield f"{key}.{column.key}", column


@dataclass
class Post:
    """Takes mail as it comes over the wire."""

    received: list[bytes] = field(default_factory=list)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        self.received.append(envelope.content)
        return "250 OK"

    def read(self) -> Iterator[bytes]:
        """Yield each letter as sent and as read, without the address, which a letter must have."""
        for content in self.received:
            parsed = message_from_bytes(content, policy=policy.default)
            assert isinstance(parsed, EmailMessage)
            del parsed["To"]
            yield parsed.as_bytes()
            yield str(parsed["Subject"]).encode() + parsed.get_content().encode()


@pytest.fixture
def post() -> Iterator[tuple[Post, MailSettings]]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    taking = Post()
    controller = Controller(taking, hostname="127.0.0.1", port=port)
    controller.start()
    yield taking, MailSettings("127.0.0.1", port, "", "", "none", "viesti@example.invalid")
    controller.stop()


@dataclass(frozen=True)
class HandIn(Command[None]):
    """Accepted answers of any form, stored as every command stores them."""

    reference: str
    form_key: str
    sent: Mapping[str, list[str]]
    people: Mapping[str, str]

    def permit(self, work: Work) -> None:
        """Admit everyone: only tests give this command."""

    def execute(self, work: Work) -> None:
        case = work.stores.cases.by_reference(self.reference)
        definition = work.instances.models(case.deployment_id).form(self.form_key)
        choices = dict.fromkeys(definition.option_sources, self.people)
        answers = accept(definition, self.sent, today=work.today, choices=choices)
        work.stores.submissions.add(
            case_id=case.id,
            form_key=definition.key,
            deployment_id=case.deployment_id,
            by_class=sealed_by_class(definition, answers),
            sent_at=work.now,
        )


def walk(world: World, canaries: Canaries, seeds: tuple[int, ...]) -> None:
    """Walk cases of invented people from beginning to end, with every text a canary: requests, letters, timeline, mail.
    Answers by chance alone are refused a thousand times before an end."""
    people = [replace(each, username=f"walk-{each.username}") for each in PEOPLE]
    world.engine.perform(AddInventedPeople(people), SYSTEM)
    actors = {each.username: actor_of(each) for each in people}
    environment = Environment(world.engine, world.clock, actors, WATCHER)
    results = WalkResults()
    for seed in seeds:
        given = InventedPerson.of(seed, day_of(world.clock.moment)).answers

        def answers(form: OpenForm, rng: Random, given: Answers = given) -> Typed:
            return canaries.put_in(form.definition, given(form, rng))

        walk_case(environment, seed, results, answers)
    assert results.problems == []
    assert results.ended == len(seeds)


def write_everywhere(world: World, story: Story, canaries: Canaries) -> None:
    """Fill the gaps of the walks: hand in every form and keep it as a draft, by staff and by anyone.

    Of the random answers only those are handed in that hold a question none before them held.
    """
    rng, today = Random(1), day_of(world.engine.now())
    people = {str(each.id): each.name for each in world.people.values()}
    definitions = story.file.models.bundle.forms
    task, clerk = story.file.tasks[0], world.actor("kirjaaja")
    for key, definition in definitions.items():
        wanted = {(key, asked.key) for _, asked in texts_of(definition)}
        choices = dict.fromkeys(definition.option_sources, people)
        for number in range(TRIES):
            known = len(canaries.sent)
            sent = canaries.put_in(definition, random_answers(definition, rng, today=today, choices=choices))
            if number == 0 or len(canaries.sent) > known:
                world.engine.perform(HandIn(story.reference, key, sent, people), SYSTEM)
            if wanted <= canaries.sent:
                break
        never_asked = wanted - canaries.sent
        # Some questions depend on the case, of which random answers know nothing.
        assert len(never_asked) <= max(2, len(wanted) / 2), (
            f"{TRIES} random answers never reach {never_asked}"
        )
        typed = {name: [canaries.of(key, asked)] for name, asked in texts_of(definition)}
        canaries.sent |= wanted
        world.engine.perform(SaveDraft(task.id, typed), clerk)
        if key in PUBLIC_FORMS:
            world.engine.perform(KeepPublicDraft(new_token(), key, typed), PUBLIC)
    question = canaries.put_in(
        definitions["enquiry"],
        random_answers(definitions["enquiry"], rng, today=today),
    )
    world.engine.perform(SubmitEnquiry(new_token(), sent=question), PUBLIC)
    (enquiry,) = world.engine.answer(UnansweredEnquiries(), clerk)
    world.engine.perform(AnswerEnquiry(enquiry.id, f"Neuvo {canaries.letters}", call="called"), clerk)


def files_of(engine: Engine, folder: Path, cluster: Cluster | None) -> dict[str, bytes]:
    """Return the files of the database as a thief of the disk would have them."""
    if cluster is None:
        return {path.name: path.read_bytes() for path in folder.glob("vireille.db*")}
    with engine.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("checkpoint"))
        oid = connection.execute(text("select oid from pg_database where datname = current_database()"))
        own = cluster.folder / "data" / "base" / str(oid.scalar_one())
    log = cluster.folder / "data" / "pg_wal"
    return {
        **{str(path): path.read_bytes() for path in own.iterdir() if path.is_file()},
        **{str(path): path.read_bytes() for path in log.iterdir() if path.is_file()},
        "log": (cluster.folder / "log").read_bytes(),
    }


def rows_of(engine: Engine) -> Iterator[tuple[str, bytes]]:
    """Yield every row of every table as read: data that a server compresses on disk is in the open here."""
    with engine.database.view() as connection:
        for table in METADATA.sorted_tables:
            if table.name in {"deployments", "model_drafts"}:
                continue
            for row in connection.execute(select(table)):
                yield (
                    table.name,
                    b" ".join(each if isinstance(each, bytes) else str(each).encode() for each in row),
                )


def metadata_of_letters(engine: Engine) -> dict[str, bytes]:
    """Return what each letter says of itself beside its pages: to a reader's folder, a search of the disk, a printer."""
    found = {}
    with engine.database.unit_of_work() as unit:
        documents = engine.stores(unit).documents
        for row in unit.rows(select(DOCUMENTS.c.id)):
            document, content = documents.read(row["id"])
            if not content.startswith(b"%PDF"):
                continue
            with pikepdf.open(BytesIO(content)) as pdf:
                streams = [each.read_bytes() for each in (pdf.Root.get("/Metadata"),) if each is not None]
                info = str({name: str(value) for name, value in pdf.docinfo.items()}).encode()
                found[f"{document.title} {row['id']}"] = b" ".join([info, *streams, document.title.encode()])
    return found


def leaks(places: Mapping[str, bytes], canaries: Canaries) -> dict[str, list[str]]:
    return {place: found for place, data in places.items() if (found := canaries.found_in(data))}


@pytest.mark.databases
@pytest.mark.slow
def test_no_canary_is_found_anywhere(
    world: World,
    database_kind: str,
    tmp_path: Path,
    post: tuple[Post, MailSettings],
    caplog: pytest.LogCaptureFixture,
    request: pytest.FixtureRequest,
) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("mail").setLevel(logging.WARNING)
    cluster = request.getfixturevalue("postgres") if database_kind == "postgresql" else None
    engine, canaries, (taken, settings) = world.engine, Canaries(), post
    story = Story(world)
    story.applies()
    write_everywhere(world, story, canaries)
    walk(world, canaries, WALKED[database_kind])
    worker = Worker(engine, send_mail=lambda _, message: send(settings, message))
    while worker.send_mail():
        pass
    logging.getLogger("vireille.worker").warning("the end of %s", story.reference)

    forms = story.file.models.bundle.forms
    assert {(key, asked.key) for key, form in forms.items() for _, asked in texts_of(form)} == canaries.sent
    assert len(canaries.sent) > 100

    files = files_of(engine, tmp_path, cluster)
    assert leaks(files, canaries) == {}
    described = metadata_of_letters(engine)
    assert described
    assert leaks(described, canaries) == {}
    rows: dict[str, bytes] = {}
    for table, row in rows_of(engine):
        rows[table] = rows.get(table, b"") + row + b"\n"
    assert leaks(rows, canaries) == {}
    letters = {f"letter {number}": content for number, content in enumerate(taken.read())}
    assert leaks(letters, canaries) == {}
    log = "\n".join(record.getMessage() + (record.exc_text or "") for record in caplog.records).encode()
    assert leaks({"log": log}, canaries) == {}

    # The search works: text that may stand in clear is found in each of the four places, and so is a canary let out.
    reference = story.reference.encode()
    assert any(reference in data for data in files.values())
    assert reference in rows["cases"]
    assert any(b"http" in content for content in letters.values())
    assert reference in log
    let_out(engine, canaries.letters + "9999")
    assert leaks(files_of(engine, tmp_path, cluster), canaries) != {}


def let_out(engine: Engine, canary: str) -> None:
    with engine.database.transaction() as connection:
        (case_id,) = connection.execute(select(CASES.c.id).limit(1)).scalars()
        connection.execute(
            insert(CASE_EVENTS).values(
                id=case_id,
                case_id=case_id,
                kind="escaped",
                subject=canary,
                facts={},
                actor_name="",
                at=engine.now(),
            )
        )
