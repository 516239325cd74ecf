"""Records of one person that no exact key joins, found by how much they agree: probabilistic record linkage."""
