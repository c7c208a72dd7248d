"""OpenSearch (template-owned; the guide's list "Infrastructure")."""

from app.dev.terraform.account import Account, Check, MissingError


def opensearch(account: Account) -> str:
    """A domain that isn't being changed."""
    prefix = account.environment.cluster
    names = [one["DomainName"] for one in account.aws.ask("opensearch", "list_domain_names")["DomainNames"]]
    own = [name for name in names if name == prefix or name.startswith(f"{prefix}-")]
    if not own:
        raise MissingError(f"there is no domain named {prefix}…")
    status = account.aws.ask("opensearch", "describe_domain", DomainName=own[0])["DomainStatus"]
    if status.get("Processing") and not status.get("Endpoint") and not status.get("Endpoints"):
        raise MissingError(f"{own[0]} is still being made", "wait until it has an endpoint")
    return str(own[0])


CHECKS = (Check("Infrastructure", "OpenSearch", opensearch),)
