"""The repair table: every rule has a reason and examples, and the whole table finds just the names of each example."""

from __future__ import annotations

import itertools

import pytest

from pipeline.extraction.parse import paragraphs_of, parse
from pipeline.extraction.repair.name import text_of
from pipeline.extraction.repair.table import RULES, repaired_names

EXAMPLES = [(rule.name, example) for rule in RULES for example in rule.examples]


def names_in(text: str) -> list[str]:
    doc = parse(text, paragraphs_of(text)).doc
    return [f"{text_of(doc, name)}/{name.kind}" for name in repaired_names(doc)]


@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
def test_the_table_finds_the_names_of_its_examples(rule: str, example: str) -> None:
    text, _, wanted = example.partition("|")
    assert names_in(text) == [name for name in wanted.split("; ") if name], rule


def test_every_rule_has_a_reason_an_example_and_a_name_of_its_own() -> None:
    assert all(rule.reason and rule.examples for rule in RULES)
    assert len({rule.name for rule in RULES}) == len(RULES)


def test_names_never_overlap_and_come_in_order() -> None:
    text = (
        "Prime Minister Ana Brandt of Norway met the Norwegian Refugee Council (NRC) in Oslo. The NRC said that "
        "Brandt, 51, had promised the Council more. “I did,” Brandt told the Times."
    )
    found = repaired_names(parse(text, paragraphs_of(text)).doc)
    assert found
    assert all(a.end <= b.start for a, b in itertools.pairwise(found))


def test_spaces_that_do_not_break_stand_inside_names() -> None:
    assert names_in("He wrote it in the\xa0Telegraph for Mr\xa0Ashdown.") == ["Telegraph/media", "Ashdown/person"]
