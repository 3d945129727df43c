"""Every layer is where the others expect it: a module, an entry point, cases, and needs met by those before it."""

import tomllib

import pytest
import spacy
from spacy.language import Language

from pipeline.language import LAYERS
from pipeline.language.doc import EXTENSIONS
from tests.conftest import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
WITH_CASES = [layer for layer in LAYERS if layer != "block_boundaries"]


@pytest.mark.parametrize("layer", LAYERS)
def test_a_saved_pipeline_finds_the_layer_by_its_entry_point(layer: str) -> None:
    module, factory = PROJECT["entry-points"]["spacy_factories"][layer].split(":")
    assert module == f"pipeline.language.{LAYERS[layer]}"
    assert factory == f"make_{layer}"


@pytest.mark.parametrize("layer", WITH_CASES)
def test_every_layer_has_case_files(layer: str) -> None:
    assert list((ROOT / "tests" / "cases" / layer).glob("*.toml"))


def test_the_layers_stand_in_an_order_that_meets_their_needs(nlp: Language) -> None:
    assert nlp.analyze_pipes()["problems"] == {name: [] for name in nlp.pipe_names}


def test_each_layer_assigns_what_the_doc_declares(nlp: Language) -> None:
    for layer in LAYERS:
        for attribute in nlp.get_pipe_meta(layer).assigns:
            if attribute.startswith("doc._."):
                assert attribute.removeprefix("doc._.") in EXTENSIONS


def test_a_pipeline_with_our_layers_can_be_saved_and_loaded(nlp: Language, tmp_path: object) -> None:
    nlp.to_disk(f"{tmp_path}/saved")
    text = "Kenya and Uganda signed a trade agreement in Nairobi on Friday, the ministry said."
    again, first = spacy.load(f"{tmp_path}/saved")(text), nlp(text)
    assert [event.trigger.text for event in again._.events] == [event.trigger.text for event in first._.events]
    assert [date.value for date in again._.dates] == [date.value for date in first._.dates]
