"""Projects, as their tests see them (sample: yours after the first render)."""

from tests.contract.nouns import ABSENT, Noun

NOUN = Noun(
    plural="projects",
    attachable=True,
    title="name",
    defaults={"description": "", "visibility": "organization"},
    others={"description": "Reach orbit.", "visibility": "public"},
    fits={"description": ["", "x" * 5000, "🚀" * 5000], "visibility": ["organization", "public"]},
    wrong={
        "name": ["", "x" * 201, "NUL\x00", None, 1, True, ["x"], {"x": 1}, 10**30, 0.5],
        "description": ["x" * 5001, "NUL\x00", None, 1, False, [], {}],
        "visibility": ["", "secret", "Public", "public ", None, 1, ["public"], "public\x00"],
    },
    sorts=("created_at", "updated_at", "name"),
    filters={"visibility": "public", "created_by": ABSENT},
    few=lambda _client: {"visibility": "public"},
)
PROJECTS = NOUN.path
