"""Quotations on given parses: content, cue, speaker, kind, attribution type."""

import time
from typing import Any

import pytest
import spacy
from spacy.tokens import Doc

from pipeline.labels import AttributionType, EntityLabel, MentionType, QuotationKind
from pipeline.language.cues import Cues
from pipeline.language.doc import Entity, EntityMention, Quotation
from pipeline.language.quotations import find_quotations
from tests.quotation_cases import offsets, read_cases, read_quotation_parses, read_tagged

CUES = Cues.load()
PARSES = {**read_quotation_parses("quotations"), **read_quotation_parses("quotations_clearnlp")}


def found_in(doc: Doc) -> list[Quotation]:
    return list(find_quotations(doc, CUES))


def parsed(text: str) -> Doc:
    return PARSES[text].copy()


def cases() -> list[Any]:
    return [
        pytest.param(
            case,
            id=f"{file}: {case['name']}",
            marks=[pytest.mark.xfail(strict=True, reason=case["known_failure"])] if "known_failure" in case else [],
        )
        for file, case in read_cases()
    ]


@pytest.mark.parametrize("case", cases())
def test_quotations_of_a_sentence(case: dict[str, Any]) -> None:
    text, gold = read_tagged(case["text"])
    found = found_in(parsed(text))
    assert offsets(found) == gold
    for field, value in (("kind", "kind"), ("type", "attribution_type"), ("rule", "rule")):
        if field in case:
            assert {str(getattr(quotation, value)) for quotation in found} == {case[field]}


def test_every_quotation_has_a_speaker_name_when_it_has_a_speaker() -> None:
    for doc in PARSES.values():
        for quotation in found_in(doc):
            assert bool(quotation.speaker_name) == (quotation.speaker is not None)
            assert 0 < quotation.confidence <= 1
