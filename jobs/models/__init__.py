"""Jobs that fit and apply models, and the actions of `scrm models` on them."""
