"""Measurements against peers: the same data, the same machine, one run. Ratios count; seconds are shown beside them."""
