"""The organisation over HTTP: units in sight, their duty holders, and changing them."""
