"""The bare reference: SpiffWorkflow behind one Flask route, state only, one commit. The floor for a product on it.

No sign-in, permission, validation, sealing, projection or access log. SQLite with WAL and FULL, or PostgreSQL.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

import waitress
from flask import Flask, request
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.serializer.config import DEFAULT_CONFIG
from SpiffWorkflow.bpmn.serializer.default import BpmnWorkflowConverter
from SpiffWorkflow.util.task import TaskState
from sqlalchemy import Connection, text

from engine.storage.database import Database
from webapp.http.connections import THREADS

FORM = {
    "reason": "Tiedot riittävät. " * 8,
    "account_known": "yes",
    "stay_status": "resident",
    "on": "2026-11-25",
}
TASKS = ("register", "ask", "assess", "prepare", "decide", "deliver")

MODEL = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="d" targetNamespace="urn:bench">
<process id="intake" isExecutable="true">
<startEvent id="start"/><userTask id="register"/>
<exclusiveGateway id="enough" default="on"/><parallelGateway id="split"/>
<userTask id="ask"/><boundaryEvent id="remind" attachedToRef="ask" cancelActivity="false"><timerEventDefinition><timeDuration xsi:type="tFormalExpression">"{delay}"</timeDuration></timerEventDefinition></boundaryEvent>
<manualTask id="reminded"/><endEvent id="reminded_end"/>
<scriptTask id="count"><script>rounds = 1</script></scriptTask><parallelGateway id="join"/>
<userTask id="assess"/><userTask id="prepare"/><userTask id="decide"/><userTask id="deliver"/><endEvent id="end"/>
<sequenceFlow id="f1" sourceRef="start" targetRef="register"/><sequenceFlow id="f2" sourceRef="register" targetRef="enough"/>
<sequenceFlow id="on" sourceRef="enough" targetRef="split"/>
<sequenceFlow id="f3" sourceRef="enough" targetRef="assess"><conditionExpression xsi:type="tFormalExpression">account_known == "no"</conditionExpression></sequenceFlow>
<sequenceFlow id="f4" sourceRef="split" targetRef="ask"/><sequenceFlow id="f5" sourceRef="split" targetRef="count"/>
<sequenceFlow id="f6" sourceRef="ask" targetRef="join"/><sequenceFlow id="f7" sourceRef="count" targetRef="join"/>
<sequenceFlow id="f8" sourceRef="remind" targetRef="reminded"/><sequenceFlow id="f9" sourceRef="reminded" targetRef="reminded_end"/>
<sequenceFlow id="f10" sourceRef="join" targetRef="assess"/><sequenceFlow id="f11" sourceRef="assess" targetRef="prepare"/>
<sequenceFlow id="f12" sourceRef="prepare" targetRef="decide"/><sequenceFlow id="f13" sourceRef="decide" targetRef="deliver"/>
<sequenceFlow id="f14" sourceRef="deliver" targetRef="end"/>
</process></definitions>"""

TABLES = (
    "create table ref_instances (id varchar(36) primary key, state text not null)",
    "create table ref_tasks (id varchar(36) primary key, instance_id varchar(36), name text, state text)",
    "create table ref_timers (id varchar(36) primary key, instance_id varchar(36), due_at text)",
    "create table ref_audits (id varchar(36) primary key, instance_id varchar(36), what text)",
)


class StateOnly(BpmnWorkflowConverter):  # type: ignore[misc] # ships no types
    """Specs stay in memory; what is stored is the state."""

    spec: Any = None
    subprocess_specs: Any = None

    def to_dict(self, workflow: Any) -> Any:
        encoded = super(BpmnWorkflowConverter, self).to_dict(workflow)
        encoded["subprocesses"] = self.mapping_to_dict(workflow.subprocesses)
        encoded["bpmn_events"] = self.registry.convert(workflow.bpmn_events)
        return encoded

    def from_dict(self, dct: Any) -> Any:
        workflow = self.target_class(self.spec, self.subprocess_specs, deserializing=True)
        workflow.tasks = self.mapping_from_dict(dct["tasks"], UUID, workflow=workflow)
        workflow.task_tree = workflow.tasks.get(UUID(dct["root"]))
        self.set_default_attributes(workflow, dct)
        self.subprocesses_from_dict(dct["subprocesses"], workflow)
        workflow.bpmn_events = self.registry.restore(dct.pop("bpmn_events", []))
        return workflow


class Reference:
    def __init__(self, database: Database, delay: str = "P7D") -> None:
        self._database = database
        parser = BpmnParser()
        parser.add_bpmn_str(MODEL.replace("{delay}", delay).encode())
        StateOnly.spec, StateOnly.subprocess_specs = parser.get_spec("intake"), {}
        registry = BpmnWorkflowSerializer.configure({**DEFAULT_CONFIG, BpmnWorkflow: StateOnly})
        self._serializer = BpmnWorkflowSerializer(registry)

    def make_tables(self) -> None:
        with self._database.transaction() as connection:
            for each in TABLES:
                connection.execute(text(each))

    @contextmanager
    def _instance(self, instance_id: str) -> Iterator[tuple[Connection, Any]]:
        with self._database.transaction() as connection:
            stored = connection.execute(_READ, {"id": instance_id}).scalar_one()
            workflow = self._serializer.from_dict(json.loads(stored))
            yield connection, workflow
            connection.execute(_WRITE, {"id": instance_id, "state": self._stored(workflow)})
            self._note(connection, instance_id, workflow)

    def _stored(self, workflow: Any) -> str:
        return json.dumps(self._serializer.to_dict(workflow))

    def _note(self, connection: Connection, instance_id: str, workflow: Any) -> None:
        ready = workflow.get_next_task(state=TaskState.READY)
        row = {"instance": instance_id, "name": ready.task_spec.name if ready else "", "at": "2026-11-25"}
        for statement in (_TASK, _TIMER, _AUDIT):
            connection.execute(statement, {**row, "id": str(uuid4())})

    def start(self) -> str:
        instance_id = str(uuid4())
        workflow = BpmnWorkflow(StateOnly.spec, StateOnly.subprocess_specs)
        workflow.task_tree.data.update({"case": "x" * 600})
        workflow.run_all()
        with self._database.transaction() as connection:
            connection.execute(_START, {"id": instance_id, "state": self._stored(workflow)})
            self._note(connection, instance_id, workflow)
        return instance_id

    def complete(self, instance_id: str, name: str, form: dict[str, Any]) -> None:
        with self._instance(instance_id) as (_, workflow):
            task = workflow.get_next_task(state=TaskState.READY, spec_name=name)
            task.data.update(form)
            task.run()
            workflow.run_all()

    def fire(self, instance_id: str) -> None:
        with self._instance(instance_id) as (_, workflow):
            workflow.refresh_waiting_tasks()
            workflow.run_all()

    def application(self) -> Flask:
        app = Flask(__name__)

        @app.post("/instances/<instance_id>/tasks/<name>")
        def complete(instance_id: str, name: str) -> dict[str, str]:
            self.complete(instance_id, name, request.get_json())
            return {"state": "completed"}

        return app


_READ = text("select state from ref_instances where id = :id")
_WRITE = text("update ref_instances set state = :state where id = :id")
_START = text("insert into ref_instances (id, state) values (:id, :state)")
_TASK = text("insert into ref_tasks (id, instance_id, name, state) values (:id, :instance, :name, 'ready')")
_TIMER = text("insert into ref_timers (id, instance_id, due_at) values (:id, :instance, :at)")
_AUDIT = text("insert into ref_audits (id, instance_id, what) values (:id, :instance, :name)")


def main(url: str) -> None:
    """Serve it until stopped, by the server that ours has, and say where."""
    server = waitress.create_server(
        Reference(Database(url)).application(),
        host="127.0.0.1",
        port=0,
        threads=THREADS,
        asyncore_use_poll=True,
    )
    sys.stdout.write(f"bare: http://127.0.0.1:{server.effective_port}\n")
    server.run()


if __name__ == "__main__":
    main(sys.argv[1])
