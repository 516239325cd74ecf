"""Content: gather. Lands the records of sources verbatim, with coordinates."""
