"""Programs that stand in for those that would ask GitHub or AWS: they note how they were called."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path

# A call is answered by the file named after its first words; one that has none says nothing and ends well.
_PROGRAM = """\
#!{python}
import json, pathlib, sys
folder, words = pathlib.Path({folder!r}), [pathlib.Path(sys.argv[0]).name, *sys.argv[1:]]
with (folder / "calls").open("a", encoding="utf-8") as calls:
    calls.write(json.dumps(words) + "\\n")
for length in (4, 3):
    file = folder / "_".join(words[:length]).replace("/", "-")
    if file.exists():
        (status, text), *others = json.loads(file.read_text(encoding="utf-8"))
        if others:
            file.write_text(json.dumps(others), encoding="utf-8")
        sys.stdout.write(text)
        sys.exit(status)
"""


@dataclass(frozen=True)
class Programs:
    """A folder for PATH, with `python3` and the programs that stand in."""

    folder: Path

    @classmethod
    def make(cls, folder: Path, *names: str) -> "Programs":
        """Write a program for each name."""
        folder.mkdir(parents=True)
        (folder / "python3").symlink_to(sys.executable)
        (folder / "answers").mkdir()
        for name in names:
            text = _PROGRAM.format(python=sys.executable, folder=str(folder / "answers"))
            (folder / name).write_text(text, encoding="utf-8")
            (folder / name).chmod(0o755)
        return cls(folder)

    def answer(self, call: str, *answers: tuple[int, str]) -> None:
        """Give status and text to calls that begin so, one after the other; the last for good."""
        file = self.folder / "answers" / call.replace(" ", "_").replace("/", "-")
        file.write_text(json.dumps(answers), encoding="utf-8")

    def calls(self, name: str = "gh") -> list[list[str]]:
        """How a program was called, in order."""
        file = self.folder / "answers/calls"
        lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
        return [words[1:] for words in map(json.loads, lines) if words[0] == name]
