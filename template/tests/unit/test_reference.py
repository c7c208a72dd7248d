"""The generated pages of `docs/` say what the code says (template-owned)."""

from datetime import timedelta
from pathlib import Path
from typing import Literal

import pytest
from pydantic import Field, SecretStr

from app.dev import reference
from app.kit.durations import Duration
from app.kit.settings import SettingsModel, TextList


class InvoiceSettings(SettingsModel):
    """A setting of every kind."""

    invoice_url: SecretStr = Field(description="Where invoices go")
    invoice_format: Literal["pdf", "html"] = Field("pdf", description="Form of an invoice")
    invoice_copies: int | None = Field(None, ge=1, le=9, description="Copies: 1 | 2 | <more>")
    invoice_days: Duration = Field(timedelta(days=30), description="Time to pay.")
    invoice_folder: Path = Field(Path("invoices"), description="Where copies stay")
    invoice_receivers: TextList = Field((), description="Who gets a copy")
    invoice_is_sent: bool = Field(True, description="Send it at once")


def test_every_generated_page_is_as_the_code_is() -> None:
    assert reference.stale_pages(reference.ROOT) == [], "write them anew: uv run just docs"


def test_a_page_of_settings_has_a_row_for_each() -> None:
    page = reference.settings_page("invoices", InvoiceSettings)

    assert page.splitlines()[-8:] == [
        "| --- | --- | --- | --- |",
        "| `INVOICE_URL` | text | required | Where invoices go. |",
        "| `INVOICE_FORMAT` | `pdf`, `html` | `pdf` | Form of an invoice. |",
        r"| `INVOICE_COPIES` | 1 to 9 | unset | Copies: 1 \| 2 \| \<more>. |",
        "| `INVOICE_DAYS` | duration | `30d` | Time to pay. |",
        "| `INVOICE_FOLDER` | path | `invoices` | Where copies stay. |",
        "| `INVOICE_RECEIVERS` | list | unset | Who gets a copy. |",
        "| `INVOICE_IS_SENT` | `true`, `false` | `true` | Send it at once. |",
    ]


@pytest.mark.parametrize(("length", "written"), [({"milliseconds": 1500}, "1500ms"), ({"minutes": 90}, "90m")])
def test_a_duration_is_written_in_its_largest_whole_unit(length: dict[str, int], written: str) -> None:
    class Settings(SettingsModel):
        wait: Duration = Field(timedelta(**length), description="Wait")

    assert f"| `WAIT` | duration | `{written}` | Wait. |" in reference.settings_page("core", Settings)


def test_a_page_of_settings_that_are_gone_is_stale_but_a_page_of_your_own_is_not(tmp_path: Path) -> None:
    for name, text in reference.pages().items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "docs/settings/gone.md").write_text(f"{reference.GENERATED}\n", encoding="utf-8")
    (tmp_path / "docs/settings/notes.md").write_text("Mine.\n", encoding="utf-8")

    assert reference.stale_pages(tmp_path) == ["docs/settings/gone.md"]
