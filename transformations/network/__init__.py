"""In-memory graph kernels: pure functions over Arrow edges, for graphs below the size gate."""
