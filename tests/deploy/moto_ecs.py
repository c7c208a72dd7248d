"""moto's server with what a deployment meets at ECS: `python -m tests.deploy.moto_ecs PORT` (tests/moto.py).

Stock moto 5.2.5 keeps one deployment of a service, which is over at once and never fails, and its tasks end
well. Here a change of revision is a deployment that goes on for two looks, the circuit breaker goes back, and
`migrate` can fail with a log. The shapes are those of the ECS API reference (`Deployment`, `Task`). Besides,
moto knows no DocumentDB and forgets a service's circuit breaker.
"""

import os
import sys
from datetime import UTC, datetime
from typing import Any

# Tasks of a new service run, and certificates are issued at the second look.
os.environ |= {"MOTO_ECS_SERVICE_RUNNING": "2", "MOTO_ACM_VALIDATION_WAIT": "0"}

from moto.core.utils import unix_time_millis
from moto.ecs.models import EC2ContainerServiceBackend, Service, Task
from moto.ecs.responses import EC2ContainerServiceResponse
from moto.logs.models import logs_backends
from moto.rds.models import DBCluster
from moto.rds.utils import ClusterEngine
from moto.server import main

from tests.deploy.digests import FAILS_TO_MIGRATE, FAILS_TO_START, STARTS_FOR_EVER, fate

LOOKS = 2
_looks: dict[str, int] = {}
_update_service = EC2ContainerServiceBackend.update_service
_describe_services = EC2ContainerServiceBackend.describe_services
_run_task = EC2ContainerServiceBackend.run_task
_create_service = EC2ContainerServiceResponse.create_service


def update_service(self: Any, properties: dict[str, Any]) -> Any:
    """A new deployment in front of the one before, which goes on until the new one is over."""
    wanted = properties.get("task_definition")
    service = self._get_service(properties["cluster"], properties["service"])
    before = service.task_definition
    _update_service(self, properties)
    if wanted and wanted != before:
        _start(service, wanted)
    return service


def describe_services(self: Any, cluster: str, names: list[str]) -> Any:
    """Each look brings what goes on a step further."""
    found = _describe_services(self, cluster, names)
    for service in found[0]:
        _advance(self, service)
    return found


def run_task(self: Any, *arguments: Any) -> list[Task]:
    """The task runs for two looks; whether it ends well is up to its image."""
    started: list[Task] = _run_task(self, *arguments)
    for task in started:
        if fate(task.containers[0].image) == FAILS_TO_MIGRATE:
            _fail(self, task)
    return started


def create_service(self: Any) -> Any:
    """It keeps the circuit breaker that it was made with."""
    answer = _create_service(self)
    service = self.ecs_backend._get_service(self._get_param("cluster"), self._get_param("serviceName"))
    service.deployment_configuration = self._get_param("deploymentConfiguration")
    return answer


def _start(service: Service, revision: str) -> None:
    for one in service.deployments:
        one["status"] = "ACTIVE"
    first = service.deployments[0]
    now = datetime.now(UTC)
    new = {
        "id": f"ecs-svc/{now.timestamp():.6f}",
        "status": "PRIMARY",
        "taskDefinition": revision,
        "createdAt": now,
        "updatedAt": now,
        "desiredCount": service.desired_count,
        "runningCount": 0,
        "pendingCount": service.desired_count,
        "failedTasks": 0,
        "rolloutState": "IN_PROGRESS",
        "rolloutStateReason": "ECS deployment in progress.",
    }
    service.deployments.insert(0, {**first, **new})
    service.task_definition = revision


def _advance(backend: Any, service: Service) -> None:
    first = service.deployments[0]
    if first["rolloutState"] != "IN_PROGRESS":
        return
    _looks[first["id"]] = _looks.get(first["id"], 0) + 1
    becomes = fate(
        backend.describe_task_definition(first["taskDefinition"]).container_definitions[0]["image"]
    )
    if _looks[first["id"]] < LOOKS or becomes == STARTS_FOR_EVER:
        return
    if becomes == FAILS_TO_START:
        _break(service)
        return
    first |= {"rolloutState": "COMPLETED", "runningCount": service.desired_count, "pendingCount": 0}
    service.deployments = [first]


def _break(service: Service) -> None:
    """The circuit breaker: the deployment has failed, and what ran before is deployed again."""
    failed, before = service.deployments[:2]
    reason = "ECS deployment circuit breaker: tasks failed to start."
    failed |= {"rolloutState": "FAILED", "rolloutStateReason": reason, "failedTasks": 3}
    service.deployments = [failed]
    _start(service, before["taskDefinition"])


def _fail(backend: Any, task: Task) -> None:
    task.containers[0].exitCode = 1
    task.stopped_reason = "Essential container in task exited"
    definition = backend.describe_task_definition(task.task_definition_arn)
    options = definition.container_definitions[0]["logConfiguration"]["options"]
    group, stream = options["awslogs-group"], f"{options['awslogs-stream-prefix']}/migrate/{task.id}"
    logs = logs_backends[backend.account_id][backend.region_name]
    logs.create_log_stream(group, stream)
    moment = int(unix_time_millis())
    lines = ("revision r0007 starts", 'column "due" of relation "tasks" already exists')
    logs.put_log_events(group, stream, [{"timestamp": moment, "message": line} for line in lines])


def _known_as_neptune(default: Any) -> Any:
    def of_engine(engine: str, **others: Any) -> Any:
        return default(engine="neptune" if engine == "docdb" else engine, **others)

    return staticmethod(of_engine)


EC2ContainerServiceBackend.update_service = update_service
EC2ContainerServiceBackend.describe_services = describe_services
EC2ContainerServiceBackend.run_task = run_task
# It counts the memory of each container, which at Fargate may be left to the task.
EC2ContainerServiceBackend._calculate_task_resource_requirements = staticmethod(lambda definition: {})
EC2ContainerServiceResponse.create_service = create_service
# DocumentDB is asked as a cluster of RDS is, and lacks nothing but its name.
_engines = [*ClusterEngine.list_cluster_engines(), "docdb"]
ClusterEngine.list_cluster_engines = lambda: _engines
for _default in ("default_engine_version", "default_port", "default_allocated_storage"):
    setattr(DBCluster, _default, _known_as_neptune(getattr(DBCluster, _default)))

if __name__ == "__main__":
    main(["--host", "127.0.0.1", "--port", sys.argv[1]])
