"""`just deploy`, `just rollback` and `just releases` on an account, with what may go wrong on the way."""

import os
import re
import signal

import pytest

from tests.deploy.conftest import Delivery
from tests.deploy.digests import (
    FAILS_TO_MIGRATE,
    FAILS_TO_START,
    IS_NEVER_READY,
    REPOSITORY,
    STARTS_FOR_EVER,
    image,
)

BOOTSTRAP = f"{REPOSITORY}:bootstrap"
IN_A_MOMENT = ("--within", "3", "--smoke-within", "2")


def of_all(revision: int, reference: str) -> dict[str, tuple[int, str]]:
    return dict.fromkeys(("api", "worker", "schedule"), (revision, reference))


@pytest.mark.parametrize("delivery", ["fastapi", "django"], indirect=True)
def test_a_release_is_deployed_and_so_is_the_next_and_both_ways_back(delivery: Delivery) -> None:
    account = delivery.account
    first = account.push(1)

    said = delivery.done("deploy", "staging")

    assert account.running() == of_all(2, first)
    assert account.revisions("migrate") == 2
    assert delivery.asked == ["api.acme.example/health/ready"]
    assert "acme-api-staging in us-east-1, account 123456789012" in said

    second = account.push(2)
    delivery.done("deploy", "staging", "--image", second)
    assert account.running() == of_all(3, second)

    assert "Migrations stay" in delivery.done("rollback", "staging")
    assert account.running() == of_all(2, first)

    # Not forward again: before the first release there is none.
    assert "there is no release to go back to" in delivery.refused("rollback", "staging")
    assert account.running() == of_all(2, first)


def test_what_terraform_changes_since_is_in_the_next_release(delivery: Delivery) -> None:
    account = delivery.account
    delivery.done("deploy", "staging", "--image", account.push(1))
    pattern = account.definition("worker", BOOTSTRAP, {})
    pattern["containerDefinitions"][0]["environment"].append({"name": "WORKER_CONCURRENCY", "value": "8"})
    account.client("ecs").register_task_definition(**pattern)

    delivery.done("deploy", "staging")

    worker = account.client("ecs").describe_task_definition(
        taskDefinition="acme-api-staging-worker", include=["TAGS"]
    )
    (container,) = worker["taskDefinition"]["containerDefinitions"]
    tags = {one["key"]: one["value"] for one in worker["tags"]}
    assert container["image"] == image(1)
    assert container["readonlyRootFilesystem"] is True
    assert {"name": "WORKER_CONCURRENCY", "value": "8"} in container["environment"]
    assert worker["taskDefinition"]["revision"] == 4
    assert tags["managed-by"] == "terraform"
    assert tags["deploy:previous"].endswith("task-definition/acme-api-staging-worker:2")
    assert account.running() == {"api": (3, image(1)), "worker": (4, image(1)), "schedule": (3, image(1))}


def test_a_deployment_that_is_repeated_registers_nothing(delivery: Delivery) -> None:
    first = delivery.account.push(1)
    delivery.done("deploy", "staging")

    said = delivery.done("deploy", "staging", "--image", first)

    assert "is registered already" in said
    assert delivery.account.running() == of_all(2, first)
    assert delivery.account.revisions("api") == 2


def test_services_that_a_restore_stopped_are_named_and_an_api_without_tasks_is_refused(
    delivery: Delivery,
) -> None:
    account = delivery.account
    account.push(1)
    for name in ("api", "worker"):
        account.client("ecs").update_service(cluster=account.cluster, service=name, desiredCount=0)

    for command in ("deploy", "rollback"):
        said = delivery.refused(command, "staging")
        assert "api has a desired count of 0, so nothing could become ready" in said
    assert account.revisions("migrate") == 1

    account.client("ecs").update_service(cluster=account.cluster, service="api", desiredCount=2)
    said = delivery.done("deploy", "staging")
    assert "! worker has a desired count of 0" in said
    assert "worker has a desired count of 0: nothing of it runs" in delivery.refused("preflight", "staging")


def test_restart_starts_new_tasks_of_the_same_image(delivery: Delivery) -> None:
    first = delivery.account.push(1)
    delivery.done("deploy", "staging")

    delivery.done("deploy", "staging", "--restart")

    assert delivery.account.running() == of_all(3, first)


def test_a_failed_migration_changes_no_service_and_shows_its_log(delivery: Delivery) -> None:
    account = delivery.account
    first = account.push(1)
    delivery.done("deploy", "staging")

    said = delivery.refused("deploy", "staging", "--image", account.push(2, FAILS_TO_MIGRATE))

    assert account.running() == of_all(2, first)
    assert 'column "due" of relation "tasks" already exists' in said
    assert "the migration failed: exit status 1; Essential container in task exited." in said
    assert "No service was changed; mend the cause, then `just deploy staging` again" in said


@pytest.mark.parametrize(
    ("becomes", "reason"),
    [
        (FAILS_TO_START, "AWS went back from acme-api-staging-api:3 to acme-api-staging-api:2"),
        (STARTS_FOR_EVER, "api, worker, schedule not ready after 3 s"),
        (IS_NEVER_READY, "/health/ready is not ready after 2 s: status 503, postgres in trouble"),
    ],
    ids=["tasks do not start", "the rollout never ends", "the smoke test fails"],
)
def test_what_fails_is_rolled_back_and_the_next_release_goes_through(
    becomes: str, reason: str, delivery: Delivery
) -> None:
    account = delivery.account
    first = account.push(1)
    delivery.done("deploy", "staging")

    said = delivery.refused("deploy", "staging", "--image", account.push(2, becomes), *IN_A_MOMENT)

    assert reason in said
    assert "was rolled back: what ran before runs again, and is ready" in said
    assert account.running() == of_all(2, first)

    third = account.push(3)
    delivery.done("deploy", "staging")
    assert account.running() == of_all(4, third)
    delivery.done("rollback", "staging")
    assert account.running() == of_all(2, first)


def test_a_first_release_that_fails_has_nothing_to_go_back_to(delivery: Delivery) -> None:
    failing = delivery.account.push(1, IS_NEVER_READY)

    said = delivery.refused("deploy", "staging", *IN_A_MOMENT)

    assert "no release was deployed before it to go back to" in said
    assert delivery.account.running() == of_all(2, failing)

    second = delivery.account.push(2)
    delivery.done("deploy", "staging")
    assert delivery.account.running() == of_all(3, second)


def test_ctrl_c_says_what_goes_on_and_both_ways_from_there_work(delivery: Delivery) -> None:
    account = delivery.account
    first = account.push(1)
    delivery.done("deploy", "staging")
    endless = account.push(2, STARTS_FOR_EVER)

    with delivery.start("deploy", "staging") as running:
        assert running.stdout
        said = ""
        while "schedule: " not in said:
            said += running.stdout.readline()
        os.killpg(running.pid, signal.SIGINT)
        said += running.stdout.read()

    assert running.returncode == 130
    assert "AWS goes on by itself to bring api, worker, schedule to the new release" in said
    assert "to go back: `just rollback staging`" in said
    assert account.running() == of_all(3, endless)

    delivery.done("rollback", "staging")
    assert account.running() == of_all(2, first)


def test_a_deployment_that_was_killed_in_the_middle_is_finished_by_the_next(delivery: Delivery) -> None:
    account = delivery.account
    first = account.push(1)
    delivery.done("deploy", "staging")
    second = account.push(2)
    delivery.done("deploy", "staging")
    # As if the second had got no further than the API.
    for process in ("worker", "schedule"):
        account.client("ecs").update_service(
            cluster="acme-api-staging", service=process, taskDefinition=f"acme-api-staging-{process}:2"
        )

    assert "is registered already" in delivery.done("deploy", "staging")

    assert account.running() == of_all(3, second)
    delivery.done("rollback", "staging")
    assert account.running() == of_all(2, first)


def test_a_half_deployment_is_rolled_back_to_what_all_ran(delivery: Delivery) -> None:
    account = delivery.account
    first = account.push(1)
    delivery.done("deploy", "staging")
    account.push(2)
    delivery.done("deploy", "staging")
    account.client("ecs").update_service(
        cluster="acme-api-staging", service="schedule", taskDefinition="acme-api-staging-schedule:2"
    )

    delivery.done("rollback", "staging")

    assert account.running() == of_all(2, first)


def test_releases_are_listed_and_one_of_them_can_be_chosen(delivery: Delivery) -> None:
    account = delivery.account
    first = account.push(1)
    delivery.done("deploy", "staging")
    for number in (2, 3):
        account.push(number)
        delivery.done("deploy", "staging")

    listed = re.findall(r"^([* ]) (\w+)  (\S+)  (\S+)$", delivery.done("releases", "staging"), re.MULTILINE)
    assert [(mark, reference) for mark, _, _, reference in listed] == [
        ("*", image(3)),
        (" ", image(2)),
        (" ", first),
    ]

    delivery.done("rollback", "staging", "--to", listed[-1][1])
    assert account.running() == of_all(2, first)
    assert f"api has no release yesterday; there are: {listed[0][1]}" in delivery.refused(
        "rollback", "staging", "--to", "yesterday"
    )


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("--image", f"{REPOSITORY}:latest"), "is no digest, and a tag can mean another image tomorrow"),
        (("--image", image(7)), "holds no image sha256:0000000"),
        ((), "holds no image yet; run `just build-image`"),
    ],
    ids=["a tag", "an image that is not there", "an empty repository"],
)
def test_an_image_that_cannot_be_deployed_is_refused_before_anything(
    arguments: tuple[str, ...], reason: str, delivery: Delivery
) -> None:
    assert reason in delivery.refused("deploy", "staging", *arguments)

    assert delivery.account.running() == of_all(1, BOOTSTRAP)
    assert delivery.account.revisions("api") == 1


def test_an_unknown_environment_is_refused(delivery: Delivery) -> None:
    said = delivery.refused("deploy", "prod", status=2)

    assert "invalid choice: 'prod' (choose from" in said


@pytest.mark.parametrize("command", ["deploy", "rollback", "releases"])
def test_an_environment_that_was_not_made_is_said(command: str, delivery: Delivery) -> None:
    said = delivery.refused(command, "production")

    assert "there is no ECS cluster acme-api-production in this account and region" in said
    assert "`terraform -chdir=infrastructure/environments/production apply`" in said


def test_who_is_not_logged_in_is_told_how(delivery: Delivery) -> None:
    delivery.environment |= {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}

    assert "deploy: no log-in at AWS: run `aws sso login`" in delivery.refused("deploy", "staging")
