"""What a deployment registers, and which way leads back (template-owned)."""

from datetime import UTC, datetime

import pytest
from tests.terraform.definitions import DIGEST, OTHER, REPOSITORY, arn, revision

from app.dev.processes import DevelopmentError
from app.dev.terraform.revisions import (
    PREVIOUS,
    RELEASE,
    Revision,
    can_be_used_again,
    is_by_digest,
    last_whole,
    name_release,
    registration,
    way_back,
)

FIRST, SECOND = "20261127T090000Z", "20261128T194512Z"
SERVICES = ("api", "worker", "schedule")
IMAGE = f"{REPOSITORY}@{DIGEST}"


def running(*numbers: int, release: str = SECOND) -> dict[str, Revision]:
    return {
        process: revision(process, number, release=release, previous=arn(process, number - 1))
        for process, number in zip(SERVICES, numbers, strict=True)
    }


def test_a_new_revision_is_its_pattern_with_another_image_and_without_what_aws_says() -> None:
    pattern = revision("worker", 7, release=FIRST, previous=arn("worker", 6))

    new = registration(pattern, f"{REPOSITORY}@{OTHER}", {RELEASE: SECOND, PREVIOUS: arn("worker", 7)})

    assert new == {
        "family": "acme-api-staging-worker",
        "networkMode": "awsvpc",
        "cpu": "256",
        "memory": "512",
        "containerDefinitions": [
            {"name": "worker", "image": f"{REPOSITORY}@{OTHER}", "essential": True, "environment": []},
            {"name": "collector", "image": "collector:1", "essential": False},
        ],
        "tags": [
            {"key": "deploy:release", "value": "20261128T194512Z"},
            {"key": "deploy:previous", "value": arn("worker", 7)},
        ],
    }


def test_tags_of_terraform_stay_and_those_of_aws_are_not_given_back() -> None:
    made = revision("api", 1)
    pattern = Revision("api", made.definition, {"managed-by": "terraform", "aws:cloudformation:stack-name": "x"})

    assert registration(pattern, IMAGE, {})["tags"] == [{"key": "managed-by", "value": "terraform"}]


def test_a_task_definition_without_its_container_is_refused() -> None:
    with pytest.raises(DevelopmentError, match="acme-api-staging-api:1 has no container `worker`"):
        registration(Revision("worker", revision("api", 1).definition, {}), IMAGE, {})


@pytest.mark.parametrize(
    ("image", "by_digest"),
    [
        (IMAGE, True),
        (f"{REPOSITORY}:latest@{DIGEST}", True),
        (f"{REPOSITORY}:latest", False),
        (f"{REPOSITORY}@sha256:4f53", False),
        (f"{IMAGE}0", False),
        (f"@{DIGEST}", False),
    ],
)
def test_only_a_whole_digest_means_one_image(image: str, by_digest: bool) -> None:
    assert is_by_digest(image) is by_digest


def test_names_of_releases_sort_as_their_moments() -> None:
    assert name_release(datetime(2026, 11, 28, 19, 45, 12, tzinfo=UTC)) == SECOND
    assert SECOND > FIRST


def test_the_way_back_leads_to_what_each_service_ran() -> None:
    assert way_back(running(12, 9, 9)) == {
        "api": arn("api", 11),
        "worker": arn("worker", 8),
        "schedule": arn("schedule", 8),
    }


def test_a_service_that_the_newest_release_did_not_reach_stays_where_it_is() -> None:
    half = running(12, 9, 9) | {"schedule": revision("schedule", 8, release=FIRST, previous=arn("schedule", 7))}

    back = {"api": arn("api", 11), "worker": arn("worker", 8), "schedule": arn("schedule", 8)}
    assert way_back(half) == back
    assert last_whole(half) == back


def test_a_second_way_back_goes_further_and_not_forward() -> None:
    # Both releases below are older than what was rolled back to them.
    assert way_back(running(11, 8, 8, release=FIRST))["api"] == arn("api", 10)


def test_a_whole_release_is_what_all_run() -> None:
    assert last_whole(running(12, 9, 9)) == {
        "api": arn("api", 12),
        "worker": arn("worker", 9),
        "schedule": arn("schedule", 9),
    }


def test_before_the_first_release_there_is_nothing() -> None:
    made = {process: revision(process, 1, image=f"{REPOSITORY}:bootstrap") for process in SERVICES}

    assert [one.is_deployed for one in made.values()] == [False, False, False]
    with pytest.raises(DevelopmentError, match="nothing before what Terraform made; deploy a release"):
        way_back(made)


def newest(*, release: str = SECOND, image: str = IMAGE, previous: int = 1) -> dict[str, Revision]:
    own = {
        process: revision(process, 2, release=release, previous=arn(process, previous), image=image)
        for process in SERVICES
    }
    return own | {"migrate": revision("migrate", 2, release=release, image=image)}


@pytest.mark.parametrize(
    ("given", "before", "again"),
    [
        (newest(), 1, True),
        (newest(), 2, True),
        (newest(previous=0), 1, False),
        (newest(image=f"{REPOSITORY}@{OTHER}"), 1, False),
        (newest(release=""), 1, False),
        (newest() | {"worker": revision("worker", 3)}, 1, False),
    ],
    ids=[
        "a deployment that broke off",
        "it runs already",
        "it came after another release",
        "another image",
        "none was deployed",
        "terraform changed one since",
    ],
)
def test_what_is_registered_is_used_again(given: dict[str, Revision], before: int, again: bool) -> None:
    assert can_be_used_again(given, IMAGE, {process: arn(process, before) for process in SERVICES}) is again
