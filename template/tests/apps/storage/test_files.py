"""Django's own storage, over the service's (template-owned)."""

from typing import Any

import pytest
from django.core.exceptions import SuspiciousOperation
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from tests.apps.storage.conftest import Stored
from tests.storage.buckets import TEXT

from app.apps.runtime import service_settings
from app.apps.storage import files
from app.apps.storage.stores import prefix_of
from app.kit.storage.objects import OWN, Link


@pytest.fixture(autouse=True)
def _of_this_store(stored: Stored, monkeypatch: pytest.MonkeyPatch) -> None:
    stored.store.prepare()
    monkeypatch.setattr(files, "the_store", lambda: stored.store)


def test_a_file_is_saved_read_linked_to_and_deleted(stored: Stored) -> None:
    name = default_storage.save("invoices/1.txt", ContentFile(TEXT))
    other = default_storage.save("invoices/1.txt", ContentFile("text"))

    assert (name, other != name, other.startswith("invoices/1_")) == ("invoices/1.txt", True, True)
    assert (default_storage.exists(name), default_storage.size(name), default_storage.size(other)) == (True, 21, 4)
    with default_storage.open(name) as file:
        assert file.read() == TEXT
    given: Any = stored.send(Link("GET", default_storage.url(name), None))  # type: ignore[arg-type]
    assert (given.status_code, given.content) == (200, TEXT)
    assert "1.txt" in given.headers["content-disposition"]
    default_storage.delete(name)
    assert (default_storage.exists(name), default_storage.exists(other)) == (False, True)


def test_what_sweeps_attachments_does_not_see_it(stored: Stored) -> None:
    name = default_storage.save("1.txt", ContentFile(TEXT))
    key = OWN + prefix_of(service_settings()) + name
    assert stored.store.size_of(key) == len(TEXT)
    assert stored.store.page("", 10, below="") == []


def test_what_is_not_there_is_said_as_django_does() -> None:
    with pytest.raises(FileNotFoundError):
        default_storage.open("nothing.txt")
    with pytest.raises(FileNotFoundError):
        default_storage.size("nothing.txt")


@pytest.mark.parametrize("name", ["../incoming/x", "a/../../x", "/x"])
def test_a_name_leads_nowhere_else(name: str) -> None:
    for ask in (default_storage.exists, default_storage.open, default_storage.delete, default_storage.url):
        with pytest.raises(SuspiciousOperation):
            ask(name)
