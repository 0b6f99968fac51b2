"""What happened, counted: facts, folds, indicators, and the report as a workbook and a page.

The way of a figure: an event becomes facts (`extract`), a day's facts are folded into a partial (`fold`), days into
months and months into years, a unit's view of a partial rolls its tree up (`view`), one registered function makes one
figure of it (`indicators`), `report` puts figures into tables, and `render.render_report` gives the files. Everything
here is pure: bytes and values in, bytes and values out, no clock, no environment.
"""
