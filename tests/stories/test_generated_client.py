"""A client that somebody else's generator makes of openapi.json drives a case over HTTP, from application to served decision."""

from __future__ import annotations

import importlib
import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openapi_python_client import generate
from openapi_python_client.config import Config, ConfigFile, MetaType

from engine.domain.cases import Outcome
from tests.support import answers
from tests.support.browsing import application
from tests.support.programs import token_of
from tests.support.server import serving
from tests.support.story import Story
from tests.support.uploads import picture
from tests.support.world import World

NAME = "vireille_client"


class Generated:
    """The generated package: its modules by name."""

    def __getattr__(self, name: str) -> Any:
        return importlib.import_module(f"{NAME}.{name}")

    def asks(self, operation: str, client: Any, *parts: object, **given: Any) -> Any:
        """Call an operation, as `tasks.claim_task`, and return what came with its headers."""
        module = importlib.import_module(f"{NAME}.api.{operation}")
        return module.sync_detailed(*parts, client=client, **given)


@pytest.fixture
def generated(tmp_path: Path, world: World) -> Iterator[Generated]:
    described = tmp_path / "openapi.json"
    described.write_bytes(application(world).test_client().get("/api/v1/openapi.json").data)
    config = Config.from_sources(
        ConfigFile(
            post_hooks=[],
            package_name_override=NAME,
            content_type_overrides={"application/pdf": "application/octet-stream"},
        ),
        MetaType.NONE,
        document_source=described,
        file_encoding="utf-8",
        overwrite=True,
        output_path=tmp_path / NAME,
    )
    assert generate(config=config) == [], "nothing that the generator stumbles over"
    sys.path.insert(0, str(tmp_path))
    yield Generated()
    sys.path.remove(str(tmp_path))
    for name in [each for each in sys.modules if each.partition(".")[0] == NAME]:
        del sys.modules[name]


class Driver:
    """A partner's program, written against the generated package alone."""

    def __init__(self, story: Story, generated: Generated, client: Any) -> None:
        self.story = story
        self.package = generated
        self.client = client
        self.reference = ""

    def asks(self, operation: str, *parts: object, **given: Any) -> Any:
        answer = self.package.asks(operation, self.client, *parts, **given)
        assert answer.status_code < 300, answer.content
        return answer

    def starts(self) -> None:
        models, key = self.package.models, "a-key-of-a-generated-client"
        file = self.package.types.File(io.BytesIO(picture()), "kuva.jpg", "image/jpeg")
        self.asks("files.keep_file", body=models.SentFile(file), idempotency_key=key)
        sent = models.NewCaseAnswers.from_dict(answers.application(self.story.today))
        body = models.NewCase(answers=sent, channel=models.NewCaseChannel.SELF)
        self.reference = self.asks("cases.start_case", body=body, idempotency_key=key).parsed.reference
        self.story.reference = self.reference

    @property
    def case(self) -> Any:
        return self.asks("cases.read_case", self.reference).parsed

    def does(self, form: str, **changes: Any) -> None:
        """Find the open task, read what it asks, and hand it in for what was read."""
        models = self.package.models
        listed = self.asks("tasks.list_tasks", form_key=form).parsed.tasks
        task = next(each for each in listed if each.case == self.reference)
        read = self.asks("tasks.read_task", task.id)
        data = answers.merged(answers.of(form, self.story.today, self.story.world), changes)
        assert set(data) <= {each.key for each in read.parsed.form_definition.fields}
        body = models.Completion(answers=models.CompletionAnswers.from_dict(data), seen=read.parsed.seen)
        tag = read.headers["ETag"]
        self.asks("tasks.claim_task", task.id, if_match=tag)
        self.asks("tasks.complete_task", task.id, body=body, if_match=tag)


def test_a_generated_client_drives_a_case_to_a_served_decision(story: Story, generated: Generated) -> None:
    token = token_of(story.world)
    with serving(story.world.engine) as address:
        client = generated.client.AuthenticatedClient(base_url=address, token=token)
        driver = Driver(story, generated, client)
        driver.starts()
        for form in ("register", "triage_override", "sufficiency", "assessment", "prepare_resolution"):
            driver.does(form)
        (signing,) = driver.case.tasks
        assert signing.form_key == "sign_resolution"
        assert not driver.asks("tasks.read_task", signing.id).parsed.may_complete, "people sign"
        story.does("paattaja", "sign_resolution")
        assert driver.case.outcome == Outcome.ADMITTED_35_1
        driver.does("contact_client")
        driver.does("record_delivery")

        story.passes(minutes=1)
        (listed,) = driver.asks("reading.list_cases").parsed.cases
        assert listed.reference == driver.reference
        letters = driver.asks("reading.list_documents", driver.reference).parsed.documents
        decision = next(each for each in letters if each.kind == "resolution")
        pdf = driver.asks("reading.read_document", decision.id).parsed.payload.read()
        assert pdf.startswith(b"%PDF-")
        read = driver.asks("reading.read_answers", driver.reference).parsed.submissions[0].answers.to_dict()
        assert json.dumps(read["what_happened"]) == json.dumps(
            answers.application(story.today)["what_happened"]
        )
        client.get_httpx_client().close()
    assert story.file.deliveries[-1].state == "served"
    assert [each.name for each in story.file.attachments] == ["kuva.jpg"]
