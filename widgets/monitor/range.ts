// How high an axis goes. Without values there is one as well, so that nothing jumps when they come.
import uPlot from "uplot";

type End = number | null;

/** As far as the values, and a tenth beyond. */
export function roomy(_chart: unknown, low: End, high: End): uPlot.Range.MinMax {
  return low === null || high === null ? [0, 1] : uPlot.rangeNum(low, high, 0.1, true);
}

/** The same on a logarithmic scale. */
export function decades(_chart: unknown, low: End, high: End): uPlot.Range.MinMax {
  return low === null || high === null ? [0.1, 1] : uPlot.rangeLog(low, high, 10, false);
}
