"""Plain functions DataFrame -> DataFrame or Column -> Column: no I/O, no session, no conf file, no clock."""
