"""How states reach their bucket: Terraform's own back end writes one to a stand-in for S3."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from tests.conftest import Render
from tests.terraform.terraform import copied, initialised, terraform

LOG_IN = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
LISTED = b"<ListBucketResult><KeyCount>0</KeyCount><IsTruncated>false</IsTruncated></ListBucketResult>"
MISSING = b"<Error><Code>NoSuchKey</Code></Error>"
STATE = {"version": 4, "terraform_version": "1.11.0", "serial": 1, "lineage": "first", "outputs": {}}


class Bucket(BaseHTTPRequestHandler):
    """As much of S3 as holds a state and its lock, and the keys that objects were to be encrypted with."""

    objects: ClassVar[dict[str, bytes]] = {}
    asked: ClassVar[dict[str, list[str]]] = {}

    def do_PUT(self) -> None:
        name = self.path.partition("?")[0]
        self.objects[name] = self.rfile.read(int(self.headers["Content-Length"]))
        self.asked[name] = [value for header, value in self.headers.items() if "encryption" in header.lower()]
        self._answer(200, b"")

    def do_GET(self) -> None:
        if "list-type=2" in self.path:
            return self._answer(200, LISTED)
        found = self.objects.get(self.path.partition("?")[0])
        return self._answer(404, MISSING) if found is None else self._answer(200, found)

    def do_HEAD(self) -> None:
        self._answer(200 if self.path in self.objects else 404, b"")

    def do_DELETE(self) -> None:
        self.objects.pop(self.path.partition("?")[0], None)
        self._answer(204, b"")

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def address() -> Iterator[str]:
    """Where the bucket is."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Bucket) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_the_bucket_chooses_the_key_that_a_state_is_encrypted_with(
    address: str, render: Render, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in LOG_IN.items():
        monkeypatch.setenv(name, value)
    root = copied(render(preset="full"), tmp_path / "infrastructure") / "shared/ecr"
    given = {"bucket": "states", "key": "shared/ecr", "region": "us-east-1"}
    given |= {"endpoints": f'{{s3="{address}"}}', "use_path_style": "true"}
    given |= dict.fromkeys(("skip_credentials_validation", "skip_requesting_account_id"), "true")
    initialised(root, *(f"-backend-config={name}={value}" for name, value in given.items()))
    (root / "first.tfstate").write_text(json.dumps(STATE | {"resources": []}), encoding="utf-8")

    terraform("state", "push", "first.tfstate", folder=root)

    # Terraform sends AES256 where it is told to encrypt, and S3 obeys that.
    assert Bucket.asked == {"/states/shared/ecr": [], "/states/shared/ecr.tflock": []}
    assert list(Bucket.objects) == ["/states/shared/ecr"]


def test_all_back_ends_are_alike(render: Render) -> None:
    infrastructure = render(preset="full") / "infrastructure"
    texts = [path.read_text(encoding="utf-8") for path in infrastructure.glob("*/*/providers.tf")]
    blocks = [text.partition('backend "s3" {')[2].partition("}")[0] for text in texts if "backend" in text]

    assert blocks == ["\n    use_lockfile = true\n  "] * 5
