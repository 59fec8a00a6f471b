// One panel of curves, drawn by uPlot: hover, zoom by dragging, and all of it by keyboard.
import uPlot from "uplot";
import { axes } from "../shared/axes";
import { make, svg, unfold } from "../shared/dom";
import { inkAt, type Frame, type LineStyle } from "../shared/frame";
import { short } from "../shared/numbers";
import { decades, roomy } from "./range";
import { across, pointsOf, smooth, thin, type Line, type Panel, type Points, type Table } from "./series";

const HEIGHT = 230;
const ROWS = 200;
const STROKE = { raw: 1, train: 1.5, validation: 2.2, reference: 1.5 };
const MARKED = 40;

export interface View {
  log: boolean;
  keep: number;
}

export class Chart {
  readonly element: HTMLElement;
  private readonly plot: HTMLElement;
  private readonly legend: HTMLElement;
  private readonly told: HTMLElement;
  private chart: uPlot | undefined;
  private made = "";
  private zoom: [number, number] | undefined;
  private width = 0;
  private panel: Panel | undefined;
  private tables: Record<string, Table> = {};
  private view: View = { log: false, keep: 0 };

  constructor(private readonly frame: Frame) {
    this.plot = make("div", { class: "qm-plot", tabindex: 0, role: "group", "aria-roledescription": "chart" });
    this.legend = make("div", { class: "qm-legend" });
    this.told = make("output", { class: "qm-unseen", "aria-live": "polite" });
    const data = unfold("Data", () => this.rows());
    this.element = make("section", { class: "qm-chart" }, this.legend, this.plot, this.told, data);
    this.plot.addEventListener("keydown", (event) => this.onKey(event));
    frame.onEnd(() => this.chart?.destroy());
  }

  draw(panel: Panel, tables: Record<string, Table>, view: View, width: number): void {
    [this.panel, this.tables, this.view] = [panel, tables, view];
    const made = JSON.stringify([panel.name, panel.x, panel.lines.map((l) => [l.name, l.role, l.group]), view.log]);
    this.width = width;
    this.element.style.width = `${width}px`;
    if (made !== this.made || !this.chart) {
      this.made = made;
      this.rebuild();
      return;
    }
    if (width !== this.chart.width) this.chart.setSize({ width, height: HEIGHT });
    this.refresh();
  }

  /** Makes the chart anew, for another structure or another ink. */
  rebuild(): void {
    const panel = this.panel;
    if (!panel) return;
    this.chart?.destroy();
    this.plot.setAttribute("aria-label", `${panel.name} by ${panel.x}. Arrows read values, plus and minus zoom, 0 shows all.`);
    this.chart = new uPlot(this.options(panel), [[0], ...panel.lines.map(() => [null])] as uPlot.AlignedData, this.plot);
    this.refresh();
  }

  private options(panel: Panel): uPlot.Options {
    return {
      width: this.width, height: HEIGHT, legend: { show: false },
      padding: [8, 12, 0, 0],
      cursor: { drag: { x: true, y: false }, points: { size: 7 }, y: false },
      scales: { x: { time: false }, y: { distr: this.view.log ? 3 : 1, range: this.view.log ? decades : roomy } },
      axes: axes(this.frame, panel.x),
      series: [{}, ...panel.lines.map((line) => this.seriesOf(line))],
      hooks: {
        setCursor: [(u) => this.drawLegend(u.cursor.idx ?? null)],
        setSelect: [(u) => this.zoomTo(u.posToVal(u.select.left, "x"), u.posToVal(u.select.left + u.select.width, "x"))],
        draw: [(u) => this.ring(u)],
        ready: [(u) => u.over.addEventListener("dblclick", () => this.zoomTo())],
      },
    };
  }

  private seriesOf(line: Line): uPlot.Series {
    const style = styleOf(line, this.frame);
    return {
      stroke: style.color, width: STROKE[line.role], alpha: line.role === "raw" ? 0.45 : 1,
      dash: dashOf(style), points: { show: line.role === "validation" && this.isShort(line), size: 6, fill: style.color },
    };
  }

  private isShort(line: Line): boolean {
    return (this.tables[line.table]?.length ?? 0) <= MARKED;
  }

  private refresh(): void {
    const { panel, chart } = this;
    if (!panel || !chart) return;
    const whole = panel.lines.filter((line) => line.value === null).map((line) => pointsOf(line, this.tables, this.view.log));
    const ends = whole.flatMap(([x]) => (x.length ? [x[0]!, x.at(-1)!] : []));
    const start = Math.min(0, ...ends);
    const end = Math.max(panel.end ?? 1, ...ends);
    const [low, high] = this.zoom ? [Math.max(start, this.zoom[0]), Math.min(end, this.zoom[1])] : [start, end];
    let next = 0;
    const tables = panel.lines.map((line): uPlot.AlignedData => {
      const points = line.value === null ? whole[next++]! : across(line.value, start, end);
      return thin(this.smoothed(line, points), low, high, Math.max(50, Math.round(this.width / 3))) as uPlot.AlignedData;
    });
    chart.batch(() => {
      chart.setData(tables.length ? uPlot.join(tables) : [[]], false);
      chart.setScale("x", { min: low, max: high });
    });
    this.drawLegend(chart.cursor.idx ?? null);
  }

  private smoothed(line: Line, [x, y]: Points): Points {
    const rough = line.table === "steps" && line.value === null;
    return [x, rough && this.view.keep > 0 ? smooth(y, this.view.keep) : y];
  }

  private zoomTo(low?: number, high?: number): void {
    this.zoom = low === undefined || high === undefined || high <= low ? undefined : [low, high];
    this.chart?.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
    this.refresh();
  }

  /** Marks the best epoch, whose weights are kept. */
  private ring(u: uPlot): void {
    const best = this.panel?.best;
    const at = this.panel?.lines.findIndex((line) => line.role === "validation" && line.group === 0) ?? -1;
    if (best === null || best === undefined || at < 0) return;
    const index = u.data[0].indexOf(best);
    const value = index < 0 ? null : u.data[at + 1]![index];
    if (value === null || value === undefined) return;
    u.ctx.save();
    u.ctx.strokeStyle = this.frame.look.weight;
    u.ctx.setLineDash([]);
    u.ctx.lineWidth = 1.5 * devicePixelRatio;
    u.ctx.beginPath();
    u.ctx.arc(u.valToPos(best, "x", true), u.valToPos(value, "y", true), 7 * devicePixelRatio, 0, 2 * Math.PI);
    u.ctx.stroke();
    u.ctx.restore();
  }

  private drawLegend(index: number | null): void {
    const { panel, chart } = this;
    if (!panel || !chart) return;
    const title = make("strong", {}, panel.name);
    const entries = panel.lines.flatMap((line, i) => {
      if (line.role === "raw") return [];
      const column = chart.data[i + 1] ?? [];
      const value = line.value ?? (index === null ? lastOf(column) : nearest(column, index));
      return [make("span", { class: "qm-entry" }, swatch(line, styleOf(line, this.frame)), line.name, make("b", { class: "qm-number" }, short(value, 4)))];
    });
    const where = index === null ? "" : `${panel.x} ${short(chart.data[0][index], 5)}`;
    this.legend.replaceChildren(title, ...entries, make("span", { class: "qm-quiet qm-number" }, where));
  }

  private onKey(event: KeyboardEvent): void {
    const { chart, panel } = this;
    if (!chart || !panel) return;
    const xs = chart.data[0];
    const [low, high] = [chart.scales.x!.min!, chart.scales.x!.max!];
    const middle = xs[chart.cursor.idx ?? xs.length - 1] ?? (low + high) / 2;
    const turns: Record<string, () => void> = {
      ArrowLeft: () => this.read(Math.max(0, (chart.cursor.idx ?? xs.length) - 1)),
      ArrowRight: () => this.read(Math.min(xs.length - 1, (chart.cursor.idx ?? -1) + 1)),
      "+": () => this.zoomTo(middle - (high - low) / 4, middle + (high - low) / 4),
      "-": () => this.zoomTo(middle - (high - low), middle + (high - low)),
      "0": () => this.zoomTo(),
      Escape: () => this.zoomTo(),
    };
    const act = turns[event.key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  private read(index: number): void {
    const { chart, panel } = this;
    if (!chart || !panel || !chart.data[0].length) return;
    chart.setCursor({ left: chart.valToPos(chart.data[0][index]!, "x"), top: 10 });
    const values = panel.lines
      .filter((line) => line.role !== "raw")
      .map((line) => `${line.name} ${short(line.value ?? nearest(chart.data[panel.lines.indexOf(line) + 1]!, index), 4)}`);
    this.told.textContent = `${panel.x} ${short(chart.data[0][index], 5)}: ${values.join(", ")}`;
  }

  private rows(): { head: string[]; body: string[][] } {
    const { chart, panel } = this;
    if (!chart || !panel) return { head: [], body: [] };
    const every = Math.ceil(chart.data[0].length / ROWS);
    const body = Array.from(chart.data[0]).flatMap((x, row) =>
      row % every ? [] : [[short(x, 5), ...panel.lines.map((_, i) => short(chart.data[i + 1]![row], 6))]],
    );
    return { head: [panel.x, ...panel.lines.map((line) => (line.role === "raw" ? "each step" : line.name))], body };
  }
}

function styleOf(line: Line, frame: Frame): LineStyle {
  const style = frame.look.series[line.group % frame.look.series.length]!;
  return line.role === "reference" ? { ...style, color: inkAt(frame.root), dash: "2 4" } : style;
}

function dashOf(style: LineStyle): number[] {
  return style.dash === "none" ? [] : style.dash.split(" ").map(Number);
}

function swatch(line: Line, style: LineStyle): SVGElement {
  const stroke = svg("line", {
    x1: 1, x2: 25, y1: 5, y2: 5, stroke: style.color, "stroke-width": STROKE[line.role],
    "stroke-dasharray": style.dash === "none" ? undefined : style.dash,
  });
  const dots = line.role === "validation" ? [svg("circle", { cx: 13, cy: 5, r: 3.5, fill: style.color })] : [];
  return svg("svg", { width: 26, height: 10, "aria-hidden": "true" }, stroke, ...dots);
}

type Column = ArrayLike<number | null | undefined>;

function lastOf(column: Column): number | null {
  return nearest(column, column.length - 1);
}

/** The last value at or before an index. */
function nearest(column: Column, index: number): number | null {
  for (let i = index; i >= 0; i--) {
    const value = column[i];
    if (value !== null && value !== undefined) return value;
  }
  return null;
}
