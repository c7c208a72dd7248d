"""A cleaning that the store lets finish only in part: what was removed is known to the next one (template-owned)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import transaction
from tests.apps.people import caller_as
from tests.environment import settings_of
from tests.storage.buckets import NOTE, announcement
from tests.storage.removals import Answer, Removals, removing

from app.apps.outbox.models import WrittenJob
from app.apps.storage import cleaning, services
from app.apps.storage.models import Attachment
from app.apps.storage.s3 import S3Storage
from app.apps.storage.stores import open_store
from app.kit.jobs import Job
from app.kit.problems import ProblemError
from app.kit.storage.objects import NotRemovedError

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("seeded")]


@contextmanager
def deleted_files(monkeypatch: pytest.MonkeyPatch, *answers: Answer) -> Iterator[tuple[Removals, list[str]]]:
    """Three deleted files: their store, which the process has, and their keys."""
    with removing(*answers) as store:
        opened = open_store(settings_of(**store.settings))
        monkeypatch.setattr(cleaning, "the_store", lambda: opened)
        yield store, [_deleted() for _ in range(3)]
        assert isinstance(opened, S3Storage)
        opened.close()


def _deleted() -> str:
    with transaction.atomic():
        row = services.announce(caller_as(), NOTE, announcement())
    with transaction.atomic():
        services.delete_attachment(caller_as(), NOTE, row.id)
    return str(row.key)


@pytest.fixture(autouse=True)
def _one_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.domain.storage.REMOVED_AT_ONCE", 1)


def clean() -> None:
    with transaction.atomic():
        cleaning.clean(Job("storage.clean"))


def named() -> list[str | None]:
    """The keys that rows have, in the order of their deletion."""
    return list(Attachment.objects.order_by("created_at").values_list("key", flat=True))


def jobs() -> list[str]:
    return list(WrittenJob.objects.values_list("name", flat=True))


@pytest.mark.parametrize("trouble", ["fails", "hangs"])
def test_the_next_cleaning_goes_on_after_what_was_removed(monkeypatch: pytest.MonkeyPatch, trouble: Answer) -> None:
    with deleted_files(monkeypatch, "removes", trouble, "removes") as (store, keys):
        clean()
        assert named() == [None, *keys[1:]]
        assert jobs() == ["storage.clean"]

        clean()
        assert named() == [None, None, None]
        assert store.asked == [[keys[0]], [keys[1]], [keys[1]], [keys[2]]]


def test_a_cleaning_whose_time_is_up_leaves_the_rest_to_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cleaning, "LONGEST_CLEANING", timedelta(0))
    with deleted_files(monkeypatch, "removes") as (_, keys):
        for left in (keys[1:], keys[2:], []):
            clean()
            assert [key for key in named() if key] == left
        assert jobs() == ["storage.clean", "storage.clean"]


def test_where_nothing_can_be_removed_the_job_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    with deleted_files(monkeypatch, "fails") as (_, keys):
        with pytest.raises(ProblemError):
            clean()
        assert named() == keys


def test_what_the_store_refuses_to_remove_is_asked_for_again_and_holds_up_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with deleted_files(monkeypatch, "refuses", "removes", "removes", "refuses") as (_, keys):
        clean()
        assert (named(), jobs()) == ([keys[0], None, None], [])

        with pytest.raises(NotRemovedError):
            clean()
        assert named() == [keys[0], None, None]


def test_one_request_removes_as_many_as_the_store_takes_and_tells_which_it_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("app.domain.storage.REMOVED_AT_ONCE", 100)
    with deleted_files(monkeypatch, "refuses the first") as (store, keys):
        clean()
        assert named() == [keys[0], None, None]
        assert store.asked == [keys]
