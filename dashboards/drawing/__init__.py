"""Drawing: cards, charts, the frame of a page, figures in words."""
