"""A commit that no standby has is not confirmed to anybody."""

from __future__ import annotations

from contextlib import closing
from threading import Thread

import psycopg
import pytest
from sqlalchemy import text

from engine.clock import now
from engine.errors import Unavailable
from engine.storage.database import Database
from engine.storage.key_store import KeyStore
from tests.support.postgres import Cluster


def cancelled(server: Cluster, database: str) -> None:
    """An operator ends the wait of everyone who waits for the standby."""
    with psycopg.connect(
        host=str(server.folder), user=server.owner, dbname=database, autocommit=True
    ) as operator:
        ends = "select pg_cancel_backend(pid) from pg_stat_activity where wait_event = 'SyncRep'"
        while operator.execute(ends).fetchone() is None:
            operator.execute("select pg_sleep(0.01)")


def test_a_commit_whose_wait_for_the_standby_is_cancelled_is_not_confirmed(postgres: Cluster) -> None:
    name = postgres.new_database()
    with closing(Database(postgres.url(name))) as database, postgres.awaiting("a standby that is away"):
        with database.transaction() as connection:
            connection.execute(text("create table kept (id int)"))
        operator = Thread(target=cancelled, args=(postgres, name))
        operator.start()
        with pytest.raises(Unavailable):
            _keeps_one(database)
        operator.join()
        with database.transaction() as connection:
            assert connection.execute(text("select count(*) from kept")).scalar_one() == 1, "it may be there"
    postgres.drop_database(name)


def test_a_server_that_became_a_standby_is_away_and_its_connection_is_left(postgres: Cluster) -> None:
    """It answers that it only reads. The program's fault it is not, and another server has taken over."""
    name = postgres.new_database()
    with closing(Database(postgres.url(name))) as database:
        with database.transaction() as connection:
            connection.execute(text("create table kept (id int)"))
            connection.execute(text("set default_transaction_read_only = on"))
        with pytest.raises(Unavailable):
            _keeps_one(database)
        _keeps_one(database)
    postgres.drop_database(name)


def test_nobody_waits_for_a_server_whose_machine_is_gone(postgres: Cluster) -> None:
    """It says nothing; without these the system waits for it for a quarter of an hour."""
    name = postgres.new_database()
    for given, seconds in (("", "15000"), ("&tcp_user_timeout=99000", "99000")):
        with closing(Database(postgres.url(name) + given)) as database, database.view() as connection:
            asked = connection.connection.driver_connection.info.get_parameters()
        assert (asked["tcp_user_timeout"], asked["keepalives_idle"]) == (seconds, "10")
    postgres.drop_database(name)


def test_the_keys_are_not_shut_while_a_standby_is_away(postgres: Cluster) -> None:
    """A rewritten table stays shut until its commit is answered: nobody could open a case."""
    name = postgres.new_database()
    with closing(KeyStore(postgres.url(name) + "&options=-csynchronous_commit=on", now)) as store:
        store.create()
        with postgres.awaiting("a standby that is away"):
            assert store.forget_before()
        with store.database.view() as connection:
            assert connection.execute(text("show synchronous_commit")).scalar_one() == "on"
    postgres.drop_database(name)


def _keeps_one(database: Database) -> None:
    with database.transaction() as connection:
        connection.execute(text("set local synchronous_commit = on"))
        connection.execute(text("insert into kept values (1)"))
