"""Jobs over the network of persons: measures, communities, influence."""
