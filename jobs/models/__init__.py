"""Jobs that fit and apply models, and what people do with the models they made."""
