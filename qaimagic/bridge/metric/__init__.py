"""The Fubini-Study metric of a batch of circuits with respect to a layer's weights."""

from qaimagic.bridge.metric.errors import NoMetricError
from qaimagic.bridge.metric.fidelity import fidelity
from qaimagic.bridge.metric.from_covariances import Execute
from qaimagic.bridge.metric.metric import Approx, metric_tensor

__all__ = ["Approx", "Execute", "NoMetricError", "fidelity", "metric_tensor"]
