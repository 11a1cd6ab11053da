"""The content types: each file offers one as ``content_type``, see :mod:`reseau.contents.content_type`."""
