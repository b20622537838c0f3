"""Which model may be used today."""

import pytest

from horadus.budget import model_for
from horadus.settings import load


@pytest.mark.parametrize(
    ("spent", "model"),
    [(0, "relevance-large"), (159, "relevance-large"), (160, "relevance-small"), (199, "relevance-small"), (200, None)],
)
def test_the_budget_chooses_the_model(spent, model):
    assert model_for(load(), spent) == model
