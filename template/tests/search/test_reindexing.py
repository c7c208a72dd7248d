"""`reindex`, the command (template-owned)."""

from tests.commands import run, scratch_database


def test_it_says_what_it_did() -> None:
    with scratch_database("search", "migrate") as url:
        done = run("reindex", DATABASE_URL=url)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("All indexes are new; they hold 0 rows.\n")
