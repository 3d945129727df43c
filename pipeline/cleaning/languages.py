"""Languages: which language an article is written in."""

import math

from pipeline.cleaning.features import STOP_WORDS, share, words_of

MAX_CHARACTERS = 5000
MIN_WORDS = 20
# English prose has 0.35 to 0.55 of these words, names and lists included seldom under 0.25; no other language in the
# cleaning data reaches 0.10.
SURELY_ENGLISH = 0.22
PERHAPS_ENGLISH = 0.12
MIN_CONFIDENCE = 0.80


def language_of(text: str) -> str:
    """ISO 639-1 code of the language of a text; empty when it is too short or the signs are weak."""
    words = words_of(text[:MAX_CHARACTERS])
    if len(words) < MIN_WORDS and len(text.strip()) < 4 * MIN_WORDS:
        return ""
    english = share(words, STOP_WORDS)
    if english >= SURELY_ENGLISH:
        return "en"
    code, confidence = identified(text[:MAX_CHARACTERS])
    if code == "en" or english >= PERHAPS_ENGLISH:
        return "en"
    return code if confidence >= MIN_CONFIDENCE else ""


def identified(text: str) -> tuple[str, float]:
    """The likeliest of all languages and its probability."""
    # Imported late: most articles are plainly English, and the model takes a second to load.
    from py3langid import rank

    ranked = [(str(code), float(logarithm)) for code, logarithm in rank(text)]
    code, best = ranked[0]
    return code, 1 / sum(math.exp(max(-700.0, logarithm - best)) for _, logarithm in ranked)
