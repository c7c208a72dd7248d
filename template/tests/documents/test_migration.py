"""`migrate-documents`, the command (template-owned)."""

from tests.commands import free_port, run


def test_without_anything_old_it_says_so() -> None:
    with_tables = run("migrate")
    done = run("migrate-documents")

    assert (with_tables.returncode, done.returncode, done.stderr) == (0, 0, "")
    assert done.stdout == "All documents are of today's schema; 0 were not.\n"


def test_a_server_that_is_away_is_said_in_one_line() -> None:
    done = run("migrate-documents", MONGODB_URL=f"mongodb://127.0.0.1:{free_port()}/app", MONGODB_TIMEOUT="200ms")

    assert done.returncode == 1
    assert "MongoDB does not answer" in done.stderr
    assert "MONGODB_URL" in done.stderr
    assert "Traceback" not in done.stderr
