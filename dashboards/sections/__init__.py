"""Sections: the parts of pages that say something."""
