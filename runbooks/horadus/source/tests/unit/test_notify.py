"""When somebody is told that a trend moved."""

import pytest

from horadus.notify import is_worth_telling, message


@pytest.mark.parametrize(
    ("before", "after", "told"), [(0.2, 0.25, False), (0.2, 0.31, True), (0.48, 0.52, True), (0.5, 0.4, True)]
)
def test_small_moves_are_not_told(before, after, told):
    assert is_worth_telling(before, after) == told


def test_the_message_names_the_direction():
    assert message("Detours", 0.5, 0.35) == "Detours fell from 50% to 35%"
