"""Who is one person over ERP, channels and support."""
