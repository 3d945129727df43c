"""Validation: what annotators wrote beside what we extract, and how far the two agree.

`gold` reads and writes annotated articles, `outputs` what `extract` wrote; both give the same row types. `scores`
measures one against the other, `measures` says how in each layer, `findings` are the single misses. `agreement` does
the same for two annotators, `gains` for two outputs. `floors` hold the scores, `calibration` judges the confidence
columns, `quality` makes the rows that travel with the data, `rendering` shows it all. Nothing here knows spaCy.
"""
