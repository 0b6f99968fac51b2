"""Time's own functions: what is due, one case at a time, what people are told, what became of it, and who watches."""

import gc

# Almost nothing that a function makes while it starts is garbage, yet Python would look for some a hundred times: a
# tenth of the start. From here on it looks when so many objects have come, a few megabytes of them.
gc.set_threshold(100_000)
