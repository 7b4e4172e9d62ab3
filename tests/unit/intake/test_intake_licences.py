from __future__ import annotations

import pytest

from pipeline.intake.licences import canonical, licences, text_is_open
from pipeline.intake.snapshot import ALL_RIGHTS_RESERVED


def test_each_licence_is_told_apart_by_id_name_and_url() -> None:
    for licence in licences():
        for spelling in (licence.id, licence.id.lower(), licence.name, licence.url):
            assert not spelling or canonical(spelling) == licence.id, spelling


def test_each_licence_has_its_own_id() -> None:
    ids = [licence.id for licence in licences()]
    assert len(set(ids)) == len(ids)
    assert ALL_RIGHTS_RESERVED in ids


@pytest.mark.parametrize(
    "licence", ["CC-BY-4.0", "CC-BY-SA-4.0", "CC0-1.0", "OGL-UK-3.0", "public-domain", "cc by 4.0"]
)
def test_texts_that_anybody_may_publish_again(licence: str) -> None:
    assert text_is_open(licence)


@pytest.mark.parametrize(
    "licence", ["", ALL_RIGHTS_RESERVED, "CC-BY-NC-4.0", "CC-BY-ND-4.0", "CC-BY", "CC-BY-9.0", "free", "true"]
)
def test_texts_that_not_everybody_may_publish_again(licence: str) -> None:
    assert not text_is_open(licence)


@pytest.mark.parametrize(
    ("given", "licence"),
    [
        (None, ALL_RIGHTS_RESERVED),
        ("  ", ALL_RIGHTS_RESERVED),
        ("All Rights Reserved", ALL_RIGHTS_RESERVED),
        ("http://creativecommons.org/licenses/by/4.0", "CC-BY-4.0"),
        ("https://creativecommons.org/licenses/by/4.0/deed.en", "CC-BY-4.0"),
        ("https://creativecommons.org/licenses/by-nc/4.0/legalcode", "CC-BY-NC-4.0"),
        (
            "https://creativecommons.org/licenses/by/4.0/elsewhere",
            "https://creativecommons.org/licenses/by/4.0/elsewhere",
        ),
        ("House licence 7", "House licence 7"),
    ],
)
def test_a_licence_is_named_by_its_id_where_it_is_known(given: str | None, licence: str) -> None:
    assert canonical(given) == licence
