"""Page views and sessions of the company's web site."""
