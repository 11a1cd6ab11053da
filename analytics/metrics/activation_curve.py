"""Courbe d'adoption: activated employees, week by week since launch."""

from __future__ import annotations

import pandas as pd

from analytics.metric import Metric, Subject
from analytics.metrics.activation_rate import whole
from analytics.tables import Ground
from reseau.i18n import N_


def measure(ground: Ground) -> pd.DataFrame:
    """A and E at the end of every week."""
    return whole(ground)


metric = Metric(
    name="activation_curve",
    title=N_("Adoption curve"),
    method=N_(
        "For every week since the launch: employees who have made a first contact of their own by its end, and all "
        "employees who are counted in it."
    ),
    denominator=N_("All employees who are counted in that week"),
    unit="share",
    better="up",
    subject=Subject.PEOPLE,
    measure=measure,
)
