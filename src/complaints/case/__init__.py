"""The life of a case: commands become events, events make the state, time brings deadlines. Pure."""
