"""Who answers for what, and who is told: the organisation's units, posts and duty roster. Pure.

`model` the values, `tree` how units hang together, `answer` who answers for a role at an instant, `load` CSV files to a
checked `Directory`, `difference` what a load would change, `wording` both as sentences, `codec` values as JSON.
"""
