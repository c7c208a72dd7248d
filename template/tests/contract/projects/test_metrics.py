"""Requests for projects in the metrics (sample: yours after the first render)."""

import re

from httpx2 import Client
from tests.contract.exposition import grown_to, label_values, scrape, value
from tests.contract.nouns import ABSENT
from tests.contract.projects.steps import NOUN, PROJECTS


def test_the_path_of_a_project_is_counted_by_its_template(anonymous: Client, client: Client) -> None:
    project = NOUN.make(client)
    client.get(NOUN.path_of(project))
    client.get(f"{PROJECTS}/{ABSENT}")
    paths = label_values(scrape(anonymous), "http_requests_total", "path")
    [template] = [path for path in paths if re.fullmatch(rf"{PROJECTS}/{{\w+}}", path)]
    assert value(scrape(anonymous), "http_requests_total", method="GET", path=template, status="200") >= 1
    assert value(scrape(anonymous), "http_requests_total", method="GET", path=template, status="404") >= 1
    assert project["id"] not in "".join(paths)


def test_the_size_of_a_request_is_that_of_its_body(anonymous: Client, client: Client) -> None:
    labels = {"method": "POST", "path": PROJECTS}
    before = value(scrape(anonymous), "http_request_size_bytes_sum", **labels)
    body = b'{"name": "Apollo"}'.ljust(1_000_000)
    client.post(PROJECTS, content=body, headers={"Content-Type": "application/json"})
    # Others may send as well: far less than this.
    after = grown_to(anonymous, before + 1_000_000, "http_request_size_bytes_sum", **labels)
    assert after - before < 1_900_000
