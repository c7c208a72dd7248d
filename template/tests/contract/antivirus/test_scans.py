"""No file is given out before it was scanned, and none in which something was found (template-owned)."""

import pytest
from httpx2 import Client
from tests.contract.nouns import known_nouns
from tests.contract.problems import assert_problem
from tests.contract.storage.steps import TEXT, attach, complete, download, send, settled, uploaded

ATTACHABLE = [noun for noun in known_nouns() if noun.attachable]
# The test file of eicar.org, in parts: in one this file would be taken for it.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}" + b"$EICAR-STANDARD-ANTIVIRUS-" + b"TEST-FILE!$H+H*"

pytestmark = pytest.mark.skipif(not ATTACHABLE, reason="files can be attached to nothing here")


@pytest.fixture
def path(client: Client) -> str:
    """Where the attachments of a row are that nobody else uses."""
    noun = ATTACHABLE[0]
    return f"{noun.path_of(noun.make(client))}/attachments"


def test_a_file_in_which_nothing_is_found_is_clean(client: Client, path: str) -> None:
    row = attach(client, path)
    assert row["status"] == "clean"
    assert download(client, path, row).content == TEXT


def test_a_file_is_held_back_until_it_is_scanned(client: Client, path: str) -> None:
    made = uploaded(client, path)
    assert complete(client, path, made)["status"] == "scanning"
    response = client.get(f"{path}/{made['id']}/download")
    # It may have been scanned by now; else it is not given out.
    if client.get(f"{path}/{made['id']}").json()["status"] == "scanning":
        assert_problem(response, 409)
    settled(client, path, made)


@pytest.mark.parametrize("kind", ["text/plain", "application/octet-stream"])
def test_a_file_in_which_something_is_found_is_quarantined(client: Client, path: str, kind: str) -> None:
    made = uploaded(client, path, EICAR, name="eicar.com", kind=kind)
    complete(client, path, made)
    assert settled(client, path, made)["status"] == "quarantined"
    assert_problem(client.get(f"{path}/{made['id']}/download"), 409)
    # To say once more that it is complete changes nothing.
    assert complete(client, path, made)["status"] == "quarantined"


def test_what_is_sent_after_a_scan_is_never_given_out(client: Client, path: str) -> None:
    made = uploaded(client, path, b"x" * len(EICAR))
    complete(client, path, made)
    row = settled(client, path, made)
    send(made, EICAR)
    complete(client, path, made)
    assert settled(client, path, made)["status"] == "clean"
    assert download(client, path, row).content == b"x" * len(EICAR)


def test_the_summary_says_which_scanner_it_is(anonymous: Client) -> None:
    check = anonymous.get("/health").json()["checks"]["antivirus"]
    knows = "knows the EICAR test file only: a scanner for development"
    assert check["detail"] == (knows if check["backend"] == "embedded" else "answers")
