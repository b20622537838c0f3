"""How a prompt is judged."""

from horadus.evaluation import cues, evaluate, is_relevant, passed


def test_cues_are_the_list_items():
    assert cues("# T\n\n- Canal\n- port of\n") == ["canal", "port of"]


def test_a_cue_begins_a_word():
    assert is_relevant("Two canals", ["canal"])
    assert not is_relevant("Duocanal", ["canal"])


def test_the_prompt_of_the_tree_passes_its_audit():
    assert passed(evaluate("audit"))
