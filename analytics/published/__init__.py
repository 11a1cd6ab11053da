"""Published figures: reading their cells, and the record of earlier publications."""
