"""Courbe d'adoption: activated employees, week by week since launch."""

from __future__ import annotations

from analytics.metric import Metric
from analytics.metrics.activation_rate import activations
from analytics.shapes import growing_share
from reseau.i18n import N_

metric = Metric(
    name="activation_curve",
    title=N_("Adoption curve"),
    method=N_(
        "For every week since the launch: employees who have made a first contact of their own by its end, and all "
        "employees who are counted in it."
    ),
    denominator=N_("All employees who are counted in that week"),
    better="up",
    shape=growing_share(activations),
)
