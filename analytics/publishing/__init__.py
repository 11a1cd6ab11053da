"""Publishing: figures become cells, once for each period."""
