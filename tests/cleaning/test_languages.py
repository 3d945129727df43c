import pytest

from pipeline.cleaning import language_of

ENGLISH = "The ministers met in the harbour on Monday and agreed that the straits would be open to all ships."
NAMES = (
    "Squad: Kowalczyk, Ferreira, Yıldız, Papadopoulos, Nguyễn, Müller, Okonkwo, Haddad, Ivanova, Rossi, the captain, "
    "Lindqvist, Tanaka, Kim, Dubois and Novák, with García of Madrid on the bench."
)
GERMAN = (
    "Die Minister trafen sich am Montag im Hafen und vereinbarten, dass die Meerengen für die Schiffe aller Staaten "
    "offen bleiben sollen, solange der Vertrag gilt, den sie vor sechs Jahren unterzeichnet haben."
)
SPANISH = (
    "Los ministros se reunieron el lunes en el puerto y acordaron que los estrechos seguirán abiertos a los barcos de "
    "todos los países mientras dure el tratado que firmaron hace seis años en la capital."
)


@pytest.mark.parametrize(("text", "code"), [(ENGLISH, "en"), (GERMAN, "de"), (SPANISH, "es")])
def test_the_language_of_a_paragraph_is_told(text, code):
    assert language_of(text) == code


def test_english_full_of_foreign_names_is_english():
    assert language_of(NAMES) == "en"


@pytest.mark.parametrize("text", ["", "Harbour bill passed", "12 34 56"])
def test_too_little_text_has_no_language(text):
    assert language_of(text) == ""
