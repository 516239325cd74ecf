"""What people do with each other on social software."""
