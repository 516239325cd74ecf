"""Content: gather. Land what sources hold, verbatim, with coordinates."""
