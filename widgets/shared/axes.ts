// Axes of uPlot's charts in the ink of the page.
import type uPlot from "uplot";
import { inkAt, type Frame } from "./frame";
import { short } from "./numbers";

/** An axis across the bottom, and one up the left side, with what they are called. */
export function axes(frame: Frame, x: string, y?: string): [uPlot.Axis, uPlot.Axis] {
  const ink = inkAt(frame.root);
  const faint = (share: number) => `color-mix(in srgb, ${ink} ${share}%, transparent)`;
  const font = `11px ${frame.look.font}`;
  const axis: uPlot.Axis = {
    stroke: faint(72),
    font,
    labelFont: font,
    labelSize: 18,
    grid: { stroke: faint(14), width: 1 },
    ticks: { stroke: faint(30), width: 1, size: 4 },
    values: (_chart, ticks) => ticks.map((tick) => (tick === null ? "" : short(tick, 4))),
  };
  return [
    { ...axis, label: x, size: 34 },
    { ...axis, label: y, size: 58 },
  ];
}
