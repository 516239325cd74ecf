"""The six properties at work: judge rows before the split, tables after the write, and remember what was found."""
