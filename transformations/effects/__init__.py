"""Whether what a company does moves what it wants: lagged associations, comparisons with untouched people, experiments."""
