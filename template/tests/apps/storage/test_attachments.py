"""Attachments inside: quotas, races, what is cleaned up (template-owned; the contract suite holds the rest)."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import pytest
from django.db import connection, transaction
from tests.apps.people import at_once, caller_as
from tests.apps.storage.conftest import Stored
from tests.environment import settings_of
from tests.storage.buckets import FOREIGN, NOTE, TEXT, a_download, an_upload, announcement, own_prefix

from app.apps.outbox.models import OutboxEvent, WrittenJob
from app.apps.storage import cleaning, services
from app.apps.storage.completion import complete
from app.apps.storage.models import Attachment
from app.apps.storage.selectors import read_attachment
from app.components import find_components
from app.components.storage import holds_back
from app.domain.storage import new_key, upload_of
from app.kit.jobs import Job
from app.kit.problems import ProblemError
from app.kit.times import format_time

T = TypeVar("T")
SERVED = "scanning" if holds_back(find_components()) else "not_scanned"
OLD = datetime.now(UTC) - timedelta(days=2)
JOB = Job("storage.job")


def done(work: Callable[..., T], *arguments: Any) -> T:
    """What it gives, in a transaction of its own."""
    with transaction.atomic():
        return work(*arguments)


def uploaded(stored: Stored, content: bytes = TEXT) -> Attachment:
    stored.store.prepare()
    made = done(services.announce, stored.caller, NOTE, announcement(content))
    assert stored.send(stored.store.upload_link(upload_of(made, timedelta(minutes=5))), content).status_code == 200
    return made


def keys_of(stored: Stored) -> list[str]:
    return [each.key for each in stored.store.page("", 100, below="")]


def set_back(moment: datetime) -> None:
    """Let all have changed then."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE attachments DISABLE TRIGGER trigger_update_updated_at")
        cursor.execute("UPDATE attachments SET updated_at = %s", [moment])
        cursor.execute("ALTER TABLE attachments ENABLE TRIGGER trigger_update_updated_at")


def test_what_is_completed_is_at_a_key_that_no_link_can_write_to(stored: Stored) -> None:
    made = uploaded(stored)
    row = complete(stored.caller, NOTE, made.id)

    assert row.key is not None
    assert (row.status, row.key != made.key, row.key.startswith(f"{own_prefix()}incoming/")) == (SERVED, True, False)
    assert keys_of(stored) == [row.key]


def test_of_a_rejected_file_nothing_is_kept(stored: Stored) -> None:
    made = uploaded(stored, b"a\x00b")
    row = complete(stored.caller, NOTE, made.id)

    assert (row.status, row.key, keys_of(stored)) == ("rejected", None, [])


def test_what_was_not_uploaded_can_not_be_completed(stored: Stored) -> None:
    stored.store.prepare()
    made = done(services.announce, stored.caller, NOTE, announcement())
    with pytest.raises(ProblemError) as refused:
        complete(stored.caller, NOTE, made.id)
    assert refused.value.kind.status == 409


def test_a_deleted_file_is_removed_by_the_next_cleaning(stored: Stored) -> None:
    made = uploaded(stored)
    complete(stored.caller, NOTE, made.id)
    done(services.delete_attachment, stored.caller, NOTE, made.id)
    done(cleaning.clean, JOB)

    row = Attachment.objects.get()
    assert (row.key, row.deleted_at is not None, keys_of(stored)) == (None, True, [])


def test_a_file_that_never_came_is_waited_for_no_longer_than_said(stored: Stored) -> None:
    made = uploaded(stored)
    done(cleaning.clean, JOB)
    assert len(keys_of(stored)) == 1

    set_back(OLD)
    done(cleaning.clean, JOB)
    assert keys_of(stored) == []
    with pytest.raises(ProblemError):
        read_attachment(stored.caller, NOTE, made.id)


def test_what_a_cleaning_deletes_is_told_as_nobodys_deed(stored: Stored) -> None:
    made = uploaded(stored)
    set_back(OLD)
    done(cleaning.clean, JOB)

    row, event = Attachment.objects.get(), OutboxEvent.objects.get(name="attachment.deleted")
    assert row.deleted_at is not None
    assert (event.resource, event.resource_id, event.actor_id) == ("attachment", made.id, None)
    # The cleaning has then removed the bytes, which is another change of the row.
    assert (event.organization_id, event.version, row.version) == (stored.caller.organization_id, 2, 3)
    assert event.data == {"changes": {"deleted_at": {"from": None, "to": format_time(row.deleted_at)}}}


def test_a_cleaning_deletes_so_many_at_once(stored: Stored, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cleaning, "MOST_AT_ONCE", 2)
    stored.store.prepare()
    for _ in range(3):
        done(services.announce, stored.caller, NOTE, announcement())
    set_back(OLD)
    for left in (1, 0):
        done(cleaning.clean, JOB)
        assert Attachment.objects.live().count() == left
        assert Attachment.objects.filter(key__isnull=False).count() == left

    assert list(WrittenJob.objects.values_list("name", flat=True)) == ["storage.clean"]


def test_a_file_that_can_be_downloaded_is_never_too_old(stored: Stored) -> None:
    made = uploaded(stored)
    row = complete(stored.caller, NOTE, made.id)
    set_back(OLD - timedelta(days=365))
    done(cleaning.clean, JOB)

    assert keys_of(stored) == [row.key]


def test_objects_that_no_row_names_are_swept_away_after_a_day(stored: Stored, monkeypatch: pytest.MonkeyPatch) -> None:
    made, lost = uploaded(stored), an_upload()
    row = complete(stored.caller, NOTE, made.id)
    stored.send(stored.store.upload_link(lost), TEXT)
    done(cleaning.sweep, JOB)
    assert keys_of(stored) == sorted([str(row.key), lost.key])

    monkeypatch.setattr(cleaning, "is_left_over", lambda _modified, _now: True)
    done(cleaning.sweep, JOB)
    assert keys_of(stored) == [row.key]


@pytest.mark.parametrize("below", FOREIGN)
def test_a_sweep_leaves_what_others_keep_in_the_bucket(
    stored: Stored, monkeypatch: pytest.MonkeyPatch, below: str
) -> None:
    stored.store.prepare()
    theirs = an_upload(below=below)
    stored.send(stored.store.upload_link(theirs), TEXT)
    monkeypatch.setattr(cleaning, "is_left_over", lambda _modified, _now: True)
    done(cleaning.sweep, JOB)

    assert keys_of(stored) == [theirs.key]


def test_a_file_with_a_key_of_before_the_prefix_is_served_kept_and_removed(
    stored: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, old = uploaded(stored), new_key("", stored.caller.organization_id, datetime.now(UTC))
    row = complete(stored.caller, NOTE, made.id)
    stored.store.keep(str(row.key), at=old)
    Attachment.objects.update(key=old)
    monkeypatch.setattr(cleaning, "is_left_over", lambda _modified, _now: True)
    done(cleaning.sweep, JOB)
    assert stored.send(stored.store.download_link(a_download(old))).content == TEXT

    done(services.delete_attachment, stored.caller, NOTE, made.id)
    done(cleaning.clean, JOB)
    assert keys_of(stored) == []


def test_a_long_sweep_goes_on_in_another_job(stored: Stored, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cleaning, "MOST_AT_ONCE", 1)
    for _ in range(2):
        uploaded(stored)
    (first, _) = keys_of(stored)
    done(cleaning.sweep, JOB)

    assert list(WrittenJob.objects.values_list("name", "data")) == [("storage.sweep", {"after": first})]


@pytest.fixture
def small_quota(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    settings = settings_of(STORAGE_QUOTA_BYTES="100")
    monkeypatch.setattr(services, "service_settings", lambda: settings)
    yield


@pytest.mark.django_db(transaction=True)
def test_files_announced_at_once_fit_together_into_the_quota(seeded: None, small_quota: None) -> None:
    caller = caller_as()

    def announce() -> Any:
        try:
            return services.announce(caller, NOTE, announcement(size=40))
        except ProblemError as problem:
            return problem.kind.status

    with ThreadPoolExecutor(6) as pool:
        found = [each.result() for each in [at_once(pool, announce) for _ in range(6)]]

    assert sorted(each for each in found if isinstance(each, int)) == [409] * 4
    done(services.delete_attachment, caller, NOTE, Attachment.objects.all()[0].id)
    assert done(services.announce, caller, NOTE, announcement(size=40)).size == 40
