"""Review: the annotators' page.

`extract` predicts, annotators decide. One process on the loopback address shows each article with its predictions;
every decision is appended to a log beside the outputs before it is acknowledged, and what an annotator sees is the log
laid over the predictions. What has been reviewed leaves as gold or in the format of another tool.

```
 outputs ──desk──▶ items ──state (fold of the log)──▶ views ──app, guard──▶ page
                                  │                               │
                                  └──verdict──▶ rows ──▶ gold, agreement, export
 page ──▶ changes (checked, spelled out) ──▶ log
```
"""
