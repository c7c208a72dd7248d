"""Files that are completed are scanned by a job; a scanner that is away holds them back (template-owned)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import pytest
from django.db import connections, transaction
from django.db.models.functions import Now
from tests.antivirus.files import EICAR, clamd_settings, waiting
from tests.apps.people import caller_as
from tests.apps.working import work_off
from tests.commands import free_port
from tests.environment import settings_of
from tests.storage.buckets import NOTE, announcement

from app.apps.antivirus import handlers
from app.apps.antivirus.scanners import open_scanner
from app.apps.outbox.models import OutboxEvent, WrittenJob
from app.apps.storage import completion, services
from app.apps.storage.folder import FolderStorage
from app.apps.storage.models import Attachment
from app.apps.storage.stores import open_store
from app.kit.storage.links import Grant

Complete = Callable[[bytes], Attachment]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("seeded")]
REAL = pytest.param("real", marks=pytest.mark.integration("CLAMAV_HOST"))
AWAY = {"CLAMAV_HOST": "127.0.0.1", "CLAMAV_PORT": str(free_port()), "CLAMAV_TIMEOUT": "1s"}


@pytest.fixture
def complete(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Complete:
    """Announces a file, brings it into the folder and says that it is there."""
    store = open_store(settings_of(DATA_DIR=str(tmp_path)))
    assert isinstance(store, FolderStorage)
    for module in (completion, handlers):
        monkeypatch.setattr(module, "the_store", lambda: store)

    def complete(content: bytes) -> Attachment:
        with transaction.atomic():
            made = services.announce(caller_as(), NOTE, announcement(content))
        assert made.key is not None
        store.write(Grant("PUT", made.key, len(content), "text/plain", 2e9), BytesIO(content))
        row = completion.complete(caller_as(), NOTE, made.id)
        assert row.status == "scanning"
        return row

    return complete


@pytest.fixture
def scan_with(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Has another scanner scan."""

    def scan_with(**given: str) -> None:
        scanner = open_scanner(settings_of(**given))
        monkeypatch.setattr(handlers, "the_scanner", lambda: scanner)

    return scan_with


def statuses() -> list[str]:
    return list(Attachment.objects.order_by("created_at").values_list("status", flat=True))


@pytest.mark.parametrize("backend", ["embedded", REAL])
def test_a_file_is_clean_or_quarantined_once_it_was_scanned(
    complete: Complete, scan_with: Callable[..., None], backend: str
) -> None:
    scan_with(**(clamd_settings() if backend == "real" else {}))
    for content in (b"nothing bad", EICAR):
        complete(content)
    work_off()

    assert statuses() == ["clean", "quarantined"]
    events = OutboxEvent.objects.filter(name="attachment.scanned").values_list("data", flat=True)
    clean, bad = sorted(events, key=lambda data: data["found"] or "")
    assert (clean["found"], clean["changes"]) == (None, {"status": {"from": "scanning", "to": "clean"}})
    assert "eicar" in bad["found"].lower()


def test_a_file_that_is_deleted_meanwhile_is_not_scanned(complete: Complete) -> None:
    row = complete(EICAR)
    with transaction.atomic():
        services.delete_attachment(caller_as(), NOTE, row.id)
    work_off()

    assert statuses() == ["scanning"]
    assert not OutboxEvent.objects.filter(name="attachment.scanned").exists()


def test_whoever_deletes_a_file_does_not_wait_for_its_scan(complete: Complete, scan_with: Callable[..., None]) -> None:
    def scanned() -> None:
        try:
            work_off()
        finally:
            connections.close_all()

    row = complete(EICAR)
    with ThreadPoolExecutor(1) as pool, waiting(b"stream: Eicar-Test-Signature FOUND\x00") as scan:
        scan_with(**scan.settings)
        work = pool.submit(scanned)
        assert scan.begun.wait(30)
        with transaction.atomic():
            services.delete_attachment(caller_as(), NOTE, row.id)
        scan.may_end.set()
        work.result()

    # Its bytes may be gone by now, and nobody asks any more.
    assert statuses() == ["scanning"]
    assert not OutboxEvent.objects.filter(name="attachment.scanned").exists()


def test_while_the_scanner_is_away_files_are_held_back_and_then_scanned(
    complete: Complete, scan_with: Callable[..., None]
) -> None:
    scan_with(**AWAY)
    complete(EICAR)
    work_off()
    assert statuses() == ["scanning"]
    job = WrittenJob.objects.get(name__startswith="antivirus.")
    assert (job.error, job.attempts, job.finished_at, job.queue) == ("ConnectionRefusedError", 0, None, "scan")

    scan_with()
    WrittenJob.objects.update(due_at=Now())
    work_off()
    assert statuses() == ["quarantined"]
