"""What staff work with: the HTTP interface and the pages."""
