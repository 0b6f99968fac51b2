"""Cases of the time before: rows of somebody else's system become facts, by a mapping that is data.

`mapping` says what columns mean, `tables` reads rows out of files (`charsets` knows their encodings), `cells` reads
single values, `cases` makes a case of a row and `facts` its facts, `check` looks a whole file over before anything is
written and `telling` says what it found, `batches` makes what is written, `draft` proposes a mapping for an unknown
file by the headings that `headings.json` lists.
"""
