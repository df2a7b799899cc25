"""Nothing of a page is forgotten: modules with routes are imported, blueprints registered, menu entries lead somewhere."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Blueprint, Flask

import webapp
from engine.domain.people import STAFF
from webapp.account.blueprint import at_provider
from webapp.app import PARTS
from webapp.http.access import access_of
from webapp.public.blueprint import identified

WEB = Path(webapp.__file__).parent
PACKAGES = sorted(file.parent for file in WEB.glob("*/blueprint.py"))


def modules_with_routes(package: Path) -> Iterator[str]:
    """Yield the modules that put views on a blueprint."""
    for file in sorted(package.glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef) and any(
                isinstance(each, ast.Call)
                and isinstance(each.func, ast.Attribute)
                and each.func.attr in {"get", "post", "put", "route"}
                for each in node.decorator_list
            ):
                yield file.stem
                break


def imported_by(package: Path) -> set[str]:
    tree = ast.parse((package / "__init__.py").read_text("utf-8"))
    return {
        name.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and node.module == f"webapp.{package.name}"
        for name in node.names
    }


@pytest.mark.parametrize("package", PACKAGES, ids=[package.name for package in PACKAGES])
def test_every_module_with_routes_is_imported_by_its_package(package: Path) -> None:
    forgotten = set(modules_with_routes(package)) - imported_by(package)

    assert forgotten == set(), (
        f"import these in webapp/{package.name}/__init__.py, or their pages do not exist"
    )


def test_every_blueprint_is_a_part_of_the_application(app: Flask) -> None:
    made = {
        name
        for package in PACKAGES
        for name, value in vars(__import__(f"webapp.{package.name}.blueprint", fromlist=["_"])).items()
        if isinstance(value, Blueprint)
        # Only where an identification service, or a provider for staff, is configured.
        and value not in {identified, at_provider}
        and value not in app.blueprints.values()
    }

    assert made == set(), "add these to PARTS in webapp/app.py"


def test_every_entry_of_the_menu_leads_its_roles_to_a_page(app: Flask) -> None:
    for item in (item for part in PARTS for item in part.menu):
        assert item.endpoint in app.view_functions, f"no page {item.endpoint} for the menu's {item.label}"
        access = access_of(app, item.endpoint)

        assert access is not None
        assert item.roles <= (access.roles or STAFF), (
            f"{item.endpoint} is closed to a role that has it in its menu"
        )
