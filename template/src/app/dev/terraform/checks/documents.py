"""DocumentDB (template-owned; it takes the place of the guide's MongoDB)."""

from app.dev.terraform.account import Account, Check, MissingError


def documentdb(account: Account) -> str:
    """A cluster that is available."""
    found = account.named("docdb", "describe_db_clusters", "DBClusters", "DBClusterIdentifier")
    own = [one for one in found if one["Engine"] == "docdb"]
    if not own:
        raise MissingError(f"there is no DocumentDB cluster named {account.environment.cluster}…")
    if own[0]["Status"] != "available":
        raise MissingError(f"{own[0]['DBClusterIdentifier']} is {own[0]['Status']}", "wait until it is available")
    return str(own[0]["DBClusterIdentifier"])


CHECKS = (Check("Infrastructure", "DocumentDB", documentdb),)
