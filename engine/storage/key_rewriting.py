"""Writes the tables of a PostgreSQL key store anew, so that destroyed keys leave its files.

An update leaves a row on its page as it was, and a plain VACUUM gives its room free and leaves its bytes.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, select, text

from engine.storage.tables.key_store import DATA_KEYS, ROOT_KEYS, STORES

_TABLES: Final = (DATA_KEYS.name, ROOT_KEYS.name)
_NOTE: Final = "written anew "
"""The moment is noted in a comment on the table: it needs no table of its own, and a copy of the server takes it along."""
_NUMBER: Final = re.compile(r"\d+")


def is_written_anew(connection: Connection, moment: datetime) -> bool:
    """Write the tables anew and note the moment. Return False if rows as they were before are left.

    It shuts each table meanwhile. Who holds one, as a copy of the store does, is not waited for: those who open cases would
    queue behind. Nor is a standby: the tables would stay shut as long as it is away. One that takes over without the last
    seconds lacks the note too, since that comes later.
    """
    heard: list[str] = []

    def hear(notice: Any) -> None:
        # Known by its place in the server's source, since its words are in the server's language.
        if notice.source_function == "copy_table_data":
            heard.extend(_NUMBER.findall(notice.message_detail or "")[:1])

    connection.exec_driver_sql("set lock_timeout = '1s'")
    connection.exec_driver_sql("set synchronous_commit = local")
    server: Any = connection.connection.driver_connection
    server.add_notice_handler(hear)
    try:
        for name in _TABLES:
            connection.exec_driver_sql(f"vacuum (full, verbose) {name}")
        # It keeps the dead rows that an older snapshot may see, and leaves out a table of another role, with a warning.
        if heard != ["0"] * len(_TABLES):
            return False
        connection.exec_driver_sql(f"comment on table {DATA_KEYS.name} is '{_NOTE}{moment.isoformat()}'")
    finally:
        server.remove_notice_handler(hear)
        connection.exec_driver_sql("reset synchronous_commit")
        connection.exec_driver_sql("reset lock_timeout")
    return True


def rewritten_at(connection: Connection) -> datetime:
    """Return when the tables were last written anew; if never, when they were created."""
    noted = connection.execute(
        text(f"select obj_description('{DATA_KEYS.name}'::regclass, 'pg_class')")
    ).scalar_one()
    if noted is not None and noted.startswith(_NOTE):
        return datetime.fromisoformat(noted.removeprefix(_NOTE))
    created: datetime = connection.execute(select(STORES.c.created_at)).scalar_one()
    return created
