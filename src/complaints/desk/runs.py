"""The kinds of runs that are done in pieces."""

from collections.abc import Mapping
from types import MappingProxyType

from complaints.desk.pieces import Make
from complaints.desk.report import Reports
from complaints.desk.seal import Night

MAKERS: Mapping[str, Make] = MappingProxyType({"night": Night, "reports": Reports})
