"""Jobs on the network of persons: measures, communities, influence."""
