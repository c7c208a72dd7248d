"""Reads Prometheus' text format as far as the contract suite needs it (template-owned)."""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass

from httpx2 import Client

_SAMPLE = re.compile(r"([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)(?: \d+)?")
_LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"')

Samples = Mapping[tuple[str, frozenset[tuple[str, str]]], float]


def scrape(client: Client) -> Samples:
    """Every sample of `/metrics`, by its name and labels."""
    samples = {}
    for line in client.get("/metrics").text.splitlines():
        if line and not line.startswith("#"):
            match = _SAMPLE.fullmatch(line)
            assert match, f"no sample of Prometheus' text format: {line}"
            samples[match[1], frozenset(_LABEL.findall(match[2] or ""))] = float(match[3])
    return samples


@dataclass(frozen=True)
class Family:
    """A metric with all its samples."""

    type: str
    help: str
    labels: frozenset[str]


def families(client: Client) -> dict[str, Family]:
    """Every metric of `/metrics`, by its name; the labels are those that its samples have now."""
    text = client.get("/metrics").text
    types = dict(re.findall(r"^# TYPE (\S+) (\S+)$", text, re.MULTILINE))
    helps = dict(re.findall(r"^# HELP (\S+) (.*)$", text, re.MULTILINE))
    labels: dict[str, set[str]] = {name: set() for name in types}
    for name, found in scrape(client):
        family = name if name in types else re.sub("_(bucket|sum|count)$", "", name)
        labels[family] |= {label for label, _ in found} - {"le"}
    return {name: Family(types[name], helps.get(name, ""), frozenset(labels[name])) for name in types}


def value(samples: Samples, name: str, **labels: str) -> float:
    """One sample's value, 0 where it was not counted yet."""
    return samples.get((name, frozenset(labels.items())), 0)


def grown_to(client: Client, least: float, name: str, **labels: str) -> float:
    """A sample's value once it is at least this: an answer may be counted a moment after it has been sent."""
    deadline = time.monotonic() + 10
    while (found := value(scrape(client), name, **labels)) < least:
        assert time.monotonic() < deadline, f"{name} is still {found}"
        time.sleep(0.05)
    return found


def label_names(samples: Samples, name: str) -> set[frozenset[str]]:
    """The sets of label names that the samples called `name` have."""
    return {frozenset(label for label, _ in labels) for found, labels in samples if found == name}


def label_values(samples: Samples, name: str, label: str) -> set[str]:
    """The values that `label` takes in the samples called `name`."""
    return {dict(labels)[label] for found, labels in samples if found == name}
