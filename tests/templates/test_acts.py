"""Whatever the community writes into the audit is said in words."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from community.entries import KINDS
from community.history import Act
from community.rights import Action
from community.updates import DECIDED
from storage.vocabulary import RequestKind
from templates.acts import ACTS, WANTED

COMMUNITY = Path(__file__).parents[2] / "community"


def noted() -> Iterator[ast.expr]:
    """What is given to `audit.note` as an act, wherever it is called."""
    for path in COMMUNITY.glob("*.py"):
        tree = ast.parse(path.read_text())
        names = {
            alias.asname or alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and node.module == "community.audit"
            for alias in node.names
            if alias.name == "note"
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and len(node.args) == 5:
                called = node.func
                plain = isinstance(called, ast.Name) and called.id in names
                if plain or (isinstance(called, ast.Attribute) and called.attr == "note"):
                    yield node.args[2]


def test_every_act_has_a_phrase() -> None:
    found = list(noted())
    assert len(found) > 20
    for act in found:
        if isinstance(act, ast.JoinedStr):
            parts = [
                re.escape(str(part.value)) if isinstance(part, ast.Constant) else ".+" for part in act.values
            ]
            assert any(re.fullmatch("".join(parts), code) for code in ACTS), ast.unparse(act)
        else:
            choices = (act.body, act.orelse) if isinstance(act, ast.IfExp) else (act,)
            for choice in choices:
                assert isinstance(choice, ast.Constant), ast.unparse(act)
                assert choice.value in ACTS, choice.value


def test_every_act_that_is_put_together_has_one_too() -> None:
    requests = {f"{kind.value}_{what}" for kind in RequestKind for what in ("asked", "accepted", "declined")}
    records = {f"record_{act.value}" for act in Act}
    updates = {f"update_{state.value}" for state in DECIDED.values()}
    entries = {f"{kind}_{act}" for kind in KINDS.values() for act in ("added", "changed")}
    events = {f"event_{what}" for what in ("changed", "confirmed", "moved", "cancelled", "held")}
    offers = {f"offer_{state.value}" for state in DECIDED.values()}
    merged = {f"{kind}_merged" for kind in ("group", "organisation", "place")}
    assert requests | records | updates | offers | entries | merged | events <= set(ACTS)


def test_every_action_that_may_be_refused_has_a_phrase() -> None:
    assert set(WANTED) == set(Action)
