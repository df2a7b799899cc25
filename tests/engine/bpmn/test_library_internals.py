"""`engine/bpmn/library_internals.py` was written for this version of SpiffWorkflow: read it again before raising the pin."""

from __future__ import annotations

import ast
import inspect
from importlib.metadata import version
from pathlib import Path

from SpiffWorkflow.bpmn.specs.mixins.subworkflow_task import SubWorkflowTask
from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.task import Task

from engine import bpmn

PACKAGE = Path(bpmn.__file__).parent
OF_THE_LIBRARY = {
    name
    for base in (Task, TaskSpec, SubWorkflowTask)
    for name in vars(base)
    if name.startswith("_") and not name.startswith("__")
} | {"_state", "_children", "_outputs", "_inputs"}


def test_the_version_is_the_one_it_was_written_for() -> None:
    assert version("SpiffWorkflow") == "3.2.0"


def test_each_override_takes_the_arguments_of_the_original() -> None:
    assert list(inspect.signature(Task.__init__).parameters)[1:] == [
        "workflow",
        "task_spec",
        "parent",
        "state",
        "id",
    ]
    assert list(inspect.signature(Task._add_child).parameters) == ["self", "task_spec", "state"]
    assert list(inspect.signature(Task._set_state).parameters) == ["self", "value"]
    assert list(inspect.signature(TaskSpec._predict).parameters) == [
        "self",
        "my_task",
        "seen",
        "looked_ahead",
        "mask",
    ]


def test_no_other_module_uses_a_private_member_of_the_library() -> None:
    used = {
        f"{path.relative_to(PACKAGE)}: {name}"
        for path in PACKAGE.rglob("*.py")
        if path.name != "library_internals.py"
        for name in _private_members(ast.parse(path.read_text()))
    }

    assert used == set()


def _private_members(module: ast.Module) -> set[str]:
    own = {node.name for node in ast.walk(module) if isinstance(node, ast.FunctionDef)}
    used = {node.attr for node in ast.walk(module) if isinstance(node, ast.Attribute)}
    return (used & OF_THE_LIBRARY) - own
