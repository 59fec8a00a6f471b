// Energies as bars by uPlot; errors, what was expected, the mark and the chosen bar by a hook of it.
import uPlot from "uplot";
import { axes } from "../shared/axes";
import { make, svg } from "../shared/dom";
import { inkAt, type Frame } from "../shared/frame";
import { short } from "../shared/numbers";
import { firstOf, isDiscrete, middle, nearestBar, range, tallest, type Histogram, type States } from "./samples";

const HEIGHT = 270;
const WIDEST = 34;
const NARROWEST = 7;
const FAINT = 38;

export class HistogramChart {
  readonly element: HTMLElement;
  private readonly plot: HTMLElement;
  private readonly legend: HTMLElement;
  private chart: uPlot | undefined;
  private width = 0;
  private chosen = 0;

  constructor(
    private readonly frame: Frame,
    private readonly bars: Histogram,
    private readonly states: States,
    private readonly act: { choose(rank: number): void; onKey(event: KeyboardEvent): void },
  ) {
    const label = `${bars.yLabel} by ${bars.xLabel}. Arrows left and right choose a state, up and down a bar.`;
    this.plot = make("div", { class: "qm-plot", tabindex: 0, role: "group", "aria-roledescription": "chart", "aria-label": label });
    this.legend = make("div", { class: "qm-legend" });
    this.element = make("section", { class: "qm-chart" }, this.legend, this.plot);
    this.plot.addEventListener("keydown", act.onKey);
    frame.onEnd(() => this.chart?.destroy());
  }

  draw(width: number): void {
    this.width = width;
    this.element.style.width = `${width}px`;
    if (this.chart) this.chart.setSize({ width, height: HEIGHT });
    else this.rebuild();
  }

  choose(rank: number): void {
    this.chosen = this.states.bars[rank]!;
    this.chart?.redraw(true);
    this.tell(null);
  }

  /** Makes the chart anew, for another ink. */
  rebuild(): void {
    if (!this.width) return;
    this.chart?.destroy();
    const bars = this.bars;
    const xs = bars.low.map((_, bar) => middle(bars, bar));
    this.chart = new uPlot(this.options(), [xs, bars.counts.map((n) => n || null)], this.plot);
    this.tell(null);
  }

  private options(): uPlot.Options {
    const { bars, frame } = this;
    const [x, y] = axes(frame, bars.xLabel, bars.yLabel);
    const size = isDiscrete(bars) ? [0.72, WIDEST, NARROWEST] : [0.94, Infinity, 1];
    const fills = () => bars.counts.map((_, bar) => this.fillOf(bar));
    const strokes = () => bars.counts.map(() => frame.look.weight);
    return {
      width: this.width, height: HEIGHT, legend: { show: false }, padding: [22, 12, 0, 0],
      cursor: { drag: { x: false, y: false }, points: { show: false }, y: false },
      scales: { x: { time: false, range: () => range(bars) }, y: { range: () => [0, 1.06 * tallest(bars)] } },
      axes: [x, { ...y, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 2e5, 5e5, 1e6, 1e7, 1e8] }],
      series: [
        {},
        {
          stroke: frame.look.weight, fill: frame.look.weight, width: 1, points: { show: false },
          paths: uPlot.paths.bars!({
            size: size as [number, number, number], radius: 0.05,
            disp: { fill: { unit: 3, values: fills }, stroke: { unit: 3, values: strokes } } as any,
          }),
        },
      ],
      hooks: {
        draw: [(u) => this.beside(u)],
        setCursor: [(u) => this.tell(u.cursor.left! >= 0 ? nearestBar(bars, u.posToVal(u.cursor.left!, "x")) : null)],
        ready: [(u) => u.over.addEventListener("click", (event) => this.click(u, event))],
      },
    };
  }

  private fillOf(bar: number): string {
    const share = bar === this.chosen ? 100 : FAINT;
    return `color-mix(in srgb, ${this.frame.look.weight} ${share}%, transparent)`;
  }

  private click(u: uPlot, event: MouseEvent): void {
    const left = event.clientX - u.over.getBoundingClientRect().left;
    const bar = nearestBar(this.bars, u.posToVal(left, "x"));
    const rank = firstOf(this.states, bar);
    if (rank >= 0) this.act.choose(rank);
    this.tell(bar);
  }

  /** Draws the errors of counts, what was expected, and the mark. */
  private beside(u: uPlot): void {
    const { bars, frame } = this;
    const { ctx } = u;
    const unit = devicePixelRatio;
    const at = (bar: number) => u.valToPos(middle(bars, bar), "x", true);
    const down = (value: number) => u.valToPos(value, "y", true);
    ctx.save();
    ctx.strokeStyle = inkAt(frame.root);
    ctx.lineWidth = 1.1 * unit;
    ctx.beginPath();
    bars.errors?.forEach((error, bar) => {
      if (!error) return;
      const [x, low, high] = [at(bar), down(bars.counts[bar]! - error), down(bars.counts[bar]! + error)];
      ctx.moveTo(x, low);
      ctx.lineTo(x, high);
      for (const y of [low, high]) {
        ctx.moveTo(x - 3 * unit, y);
        ctx.lineTo(x + 3 * unit, y);
      }
    });
    ctx.stroke();
    ctx.strokeStyle = frame.look.data;
    ctx.lineWidth = 2.2 * unit;
    ctx.beginPath();
    bars.expected?.forEach((value, bar) => {
      if (value <= 0) return;
      const half = this.halfWidth(u) + 3 * unit;
      ctx.moveTo(at(bar) - half, down(value));
      ctx.lineTo(at(bar) + half, down(value));
    });
    ctx.stroke();
    if (bars.mark !== null) this.mark(u, u.valToPos(bars.mark, "x", true), unit);
    ctx.restore();
  }

  private mark(u: uPlot, x: number, unit: number): void {
    const { ctx, bbox } = u;
    ctx.fillStyle = this.frame.look.data;
    ctx.beginPath();
    ctx.moveTo(x, bbox.top - 2 * unit);
    ctx.lineTo(x - 4.5 * unit, bbox.top - 9 * unit);
    ctx.lineTo(x + 4.5 * unit, bbox.top - 9 * unit);
    ctx.fill();
    const onTheLeft = x < bbox.left + 0.6 * bbox.width;
    ctx.fillStyle = `color-mix(in srgb, ${inkAt(this.frame.root)} 30%, ${this.frame.look.data})`;
    ctx.font = `600 ${11 * unit}px ${this.frame.look.font}`;
    ctx.textAlign = onTheLeft ? "left" : "right";
    ctx.textBaseline = "alphabetic";
    ctx.fillText(`${this.bars.markLabel} ${short(this.bars.mark, 5)}`, x + (onTheLeft ? 9 : -9) * unit, bbox.top - 3 * unit);
  }

  private halfWidth(u: uPlot): number {
    const { low, high } = this.bars;
    const unit = devicePixelRatio;
    const wide = (from: number, to: number) => u.valToPos(to, "x", true) - u.valToPos(from, "x", true);
    if (!isDiscrete(this.bars)) return 0.5 * wide(low[0]!, high[0]!) - 3 * unit;
    const gaps = low.slice(1).map((value, i) => wide(low[i]!, value));
    const width = gaps.length ? 0.72 * Math.min(...gaps) : WIDEST * unit;
    return Math.min(WIDEST * unit, Math.max(NARROWEST * unit, width)) / 2;
  }

  /** Says what a bar stands for, that of the chosen state if none is pointed at. */
  private tell(pointed: number | null): void {
    const bars = this.bars;
    const bar = pointed ?? this.chosen;
    const error = bars.errors ? ` ± ${short(bars.errors[bar], 2)}` : "";
    const words = [make("b", { class: "qm-number" }, `${bars.names[bar]}: ${short(bars.counts[bar], 6)}${error} ${bars.yLabel}`)];
    if (bars.expected) words.push(make("b", { class: "qm-number" }, `expected ${short(bars.expected[bar], 4)}`));
    const entries = words.map((word) => make("span", { class: "qm-entry" }, word));
    if (bars.expected) entries.push(make("span", { class: "qm-entry qm-quiet" }, this.swatch(), bars.expectedLabel));
    this.legend.replaceChildren(...entries);
  }

  private swatch(): SVGElement {
    const line = svg("line", { x1: 1, x2: 21, y1: 5, y2: 5, stroke: this.frame.look.data, "stroke-width": 2.2 });
    return svg("svg", { width: 22, height: 10, "aria-hidden": "true" }, line);
  }
}
