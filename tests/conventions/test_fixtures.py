"""The fixtures are what they say: both databases empty and real, the server not root's."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine, inspect, make_url, text

from tests.support.chromium import page


@pytest.mark.databases
def test_each_kind_of_database_begins_empty(database_url, database_kind):
    engine = create_engine(database_url)
    with engine.begin() as connection:
        assert inspect(connection).get_table_names() == []
        connection.execute(text("create table left_behind (id integer primary key)"))
    engine.dispose()

    assert make_url(database_url).get_backend_name() == database_kind


def test_the_tests_server_is_not_roots(postgres):
    name = postgres.new_database()
    engine = create_engine(postgres.url(name))
    with engine.connect() as connection:
        assert connection.execute(text("select current_user")).scalar_one() != "root"
        assert connection.execute(text("show listen_addresses")).scalar_one() == ""
    engine.dispose()
    postgres.drop_database(name)


@pytest.mark.browser
def test_a_page_that_breaks_its_policy_fails_its_test(chromium):
    broken = "data:text/html,<script>undefinedFunction()</script>"

    with pytest.raises(AssertionError, match="script error"), page(chromium, "http://127.0.0.1") as opened:
        opened.goto(broken)
