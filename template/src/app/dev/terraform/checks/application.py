"""Images, task definitions, scaling and health (template-owned; the guide's list "Application")."""

from app.dev.processes import DevelopmentError
from app.dev.terraform.account import PROCESSES, Account, Check, MissingError
from app.dev.terraform.aws import AwsError
from app.dev.terraform.images import find_image
from app.dev.terraform.rollouts import without_tasks


def image(account: Account) -> str:
    """An image that can be deployed."""
    try:
        return find_image(account.aws, account.environment.slug, None)
    except AwsError:
        raise
    except DevelopmentError as error:
        raise MissingError(str(error), "just build-image") from None


def task_definitions(account: Account) -> str:
    """A newest revision of each process."""
    if missing := [name for name in PROCESSES if name not in account.revisions]:
        raise MissingError(f"no task definition of {', '.join(account.environment.family(one) for one in missing)}")
    return ", ".join(one.name for one in account.revisions.values())


def services(account: Account) -> str:
    """Each service is to run tasks, and goes back by itself when they don't start."""
    if not account.services:
        raise MissingError("there are no services")
    if idle := without_tasks(account.services):
        fix = "; ".join(account.environment.resize(name) for name in idle)
        raise MissingError(f"{', '.join(idle)} has a desired count of 0: nothing of it runs", fix)
    without = [
        name
        for name, one in account.services.items()
        if not one.get("deploymentConfiguration", {}).get("deploymentCircuitBreaker", {}).get("rollback")
    ]
    if without:
        raise MissingError(f"{', '.join(without)} would go on with tasks that don't start: no circuit breaker")
    return "circuit breakers with roll-back are on"


def scaling(account: Account) -> str:
    """A range of tasks, and a policy that moves within it."""
    resource = f"service/{account.environment.cluster}/api"
    targets = account.aws.ask(
        "application-autoscaling", "describe_scalable_targets", ServiceNamespace="ecs", ResourceIds=[resource]
    )["ScalableTargets"]
    if not targets:
        raise MissingError("the service api has a fixed number of tasks")
    policies = account.aws.ask(
        "application-autoscaling", "describe_scaling_policies", ServiceNamespace="ecs", ResourceId=resource
    )["ScalingPolicies"]
    if not policies:
        raise MissingError("nothing moves the number of the api's tasks: no scaling policy")
    return f"api from {targets[0]['MinCapacity']} to {targets[0]['MaxCapacity']} tasks"


def health(account: Account) -> str:
    """The load balancer asks for readiness, and has an answer once something was deployed."""
    group = account.aws.ask("elbv2", "describe_target_groups", TargetGroupArns=[account.target_group])
    path = group["TargetGroups"][0].get("HealthCheckPath")
    if path != "/health/ready":
        raise MissingError(f"the load balancer asks {path}, not /health/ready")
    described = account.aws.ask("elbv2", "describe_target_health", TargetGroupArn=account.target_group)
    states = [one["TargetHealth"]["State"] for one in described["TargetHealthDescriptions"]]
    running = account.revisions.get("api")
    if running and running.is_deployed and "healthy" not in states:
        raise MissingError(
            f"no task of api is healthy ({', '.join(states) or 'none is registered'})",
            running.logs.strip("`"),
        )
    return f"{states.count('healthy')} of {len(states)} targets healthy"


CHECKS = (
    Check("Application", "Image", image),
    Check("Application", "Task definitions", task_definitions),
    Check("Application", "ECS services", services),
    Check("Application", "Auto-scaling", scaling),
    Check("Application", "Health checks", health),
)
