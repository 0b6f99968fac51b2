"""Reports: the nightly seal, the months and the years."""
