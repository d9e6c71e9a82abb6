"""A preview is the exact command with one literal argument, or a refusal that says why."""

import pytest

from pmtatop.actions.catalog import ACTIONS, RefusedNameError, action_named, preview


def test_the_preview_is_the_exact_command() -> None:
    pause = action_named("pause-queue")
    assert preview(pause, "comcast.net/news-01") == "pmta pause queue comcast.net/news-01"
    assert preview(pause, "a;b/$(id)") == "pmta pause queue 'a;b/$(id)'"


@pytest.mark.parametrize("name", ["*/news-01", "--help", "", "x y/v", "a\n/v", 'a"/v', "a\x1b/v"])
def test_a_name_that_is_not_one_literal_word_is_refused(name: str) -> None:
    with pytest.raises(RefusedNameError):
        preview(action_named("pause-queue"), name)


def test_every_undo_is_an_action() -> None:
    names = {action.name for action in ACTIONS}
    assert {action.undo for action in ACTIONS if action.undo} <= names
