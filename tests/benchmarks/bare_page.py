"""The bare page: one Flask route that fills one template, and one that stores what was sent before it does.

No language, form, draft, sealing, token, limit or header of ours: a lower bound for a public side. Its page is as long as ours.
"""

from __future__ import annotations

from uuid import uuid4

from flask import Flask, render_template_string, request
from sqlalchemy import text

from engine.storage.database import Database

PAGE = """<!doctype html><html lang="fi"><head><meta charset="utf-8"><title>{{ title }}</title></head><body>
<form method="post">{% for row in rows %}
<div class="field"><label for="f{{ loop.index }}">{{ row.label }}</label>
<input id="f{{ loop.index }}" name="f{{ loop.index }}" value="{{ row.value }}"></div>{% endfor %}
<button>{{ button }}</button></form></body></html>"""
ROW = {"label": "Kysymys, johon saa vastata omin sanoin", "value": "Vastaus <ja> sen loppu"}
_BYTES_A_ROW = 175
_STORE = text("insert into bare_forms (id, sent) values (:id, :sent)")


def make_table(database: Database) -> None:
    with database.transaction() as connection:
        connection.execute(text("create table bare_forms (id varchar(36) primary key, sent text not null)"))


def application(database: Database, size: int) -> Flask:
    """A page of about so many bytes."""
    app = Flask(__name__)
    rows = [ROW] * max(1, (size - 250) // _BYTES_A_ROW)

    @app.get("/page")
    def page() -> str:
        return render_template_string(PAGE, title="Lomake", rows=rows, button="Jatka")

    @app.post("/page")
    def store() -> str:
        sent = request.form.to_dict(flat=False)
        with database.transaction() as connection:
            connection.execute(_STORE, {"id": str(uuid4()), "sent": str(sent)})
        return page()

    return app
