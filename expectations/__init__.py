"""Rules of the six properties, Great Expectations suites derived from the contracts, and the gate."""
