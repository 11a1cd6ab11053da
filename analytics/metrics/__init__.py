"""The metrics, one file each: add a file that offers ``metric`` and it is measured, published and promised."""
