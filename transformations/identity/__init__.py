"""Which records of ERP, channels and support belong to one person."""
