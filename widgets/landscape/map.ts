// The plane itself: uPlot's axes and cursor, our colours, contour lines, path and marks on its canvas.
import uPlot from "uplot";
import { axes } from "../shared/axes";
import { make, svg, unfold } from "../shared/dom";
import type { Frame } from "../shared/frame";
import { short } from "../shared/numbers";
import { contourLines, picked, type About, type Cell, type Grid, type Mark, type Points } from "./grid";
import { inkAt, mark, painted, stroke } from "./paint";

const WIDEST = 500;
const AXES = { left: 58, bottom: 52, top: 8, right: 12 };
const ROWS = 11;

export class Landscape {
  readonly element: HTMLElement;
  private readonly plot: HTMLElement;
  private readonly bar: HTMLElement;
  private readonly legend: HTMLElement;
  private readonly read: HTMLElement;
  private readonly told: HTMLElement;
  private chart: uPlot | undefined;
  private grid: Grid | undefined;
  private cells: HTMLCanvasElement | undefined;
  private lines: Points[][] = [];
  private cell: Cell | undefined;
  private width = 0;

  constructor(
    private readonly frame: Frame,
    private readonly about: About,
  ) {
    this.legend = make("div", { class: "qm-marks" });
    this.read = make("p", { class: "qm-read qm-number" });
    const label = `${about.valueLabel} over ${about.xLabel} and ${about.yLabel}. Arrows read values, M goes to the lowest.`;
    this.plot = make("div", { class: "qm-plane", tabindex: 0, role: "group", "aria-roledescription": "heat map", "aria-label": label });
    this.bar = make("div", { class: "qm-scale", "aria-hidden": "true" });
    this.told = make("output", { class: "qm-unseen", "aria-live": "polite" });
    const data = unfold("Data", () => this.rows());
    this.element = make(
      "section", {}, make("strong", {}, about.valueLabel), this.legend,
      make("div", { class: "qm-map" }, this.plot, this.bar), this.read, this.told, data,
    );
    this.plot.addEventListener("keydown", (event) => this.onKey(event));
    frame.onEnd(() => this.chart?.destroy());
    this.drawBar();
  }

  show(grid: Grid): void {
    const same = this.grid?.columns === grid.columns && this.grid.rows === grid.rows;
    this.grid = grid;
    this.cells = painted(grid, this.about);
    this.lines = this.about.levels.map((level) => contourLines(grid, level));
    if (!same) this.cell = undefined;
    this.drawLegend();
    this.tell();
    if (this.chart && same) this.chart.redraw(false);
    else this.rebuild();
  }

  resize(width: number): void {
    this.width = Math.min(width - 90, WIDEST);
    this.rebuild();
  }

  /** Makes the chart anew, for another size, frame or ink. */
  rebuild(): void {
    if (!this.grid || this.width < 100) return;
    this.chart?.destroy();
    const { x, y } = this.grid.frame;
    const side = this.width - AXES.left - AXES.right;
    const [across, up] = axes(this.frame, this.about.xLabel, this.about.yLabel);
    const plain = { grid: { show: false } };
    this.chart = new uPlot(
      {
        width: this.width, height: side + AXES.top + AXES.bottom, legend: { show: false },
        padding: [AXES.top, AXES.right, 0, 0],
        cursor: { drag: { x: false, y: false }, points: { show: false } },
        scales: { x: { time: false, range: () => x }, y: { range: () => y } },
        axes: [{ ...across, ...plain }, { ...up, ...plain, size: AXES.left - 18 }],
        series: [{}, { show: false }],
        hooks: {
          draw: [(u) => this.paint(u)],
          setCursor: [(u) => this.onCursor(u)],
        },
      },
      [[...x], [...y]],
      this.plot,
    );
    this.bar.style.height = `${side}px`;
  }

  private paint(u: uPlot): void {
    const { grid, cells, about } = this;
    if (!grid || !cells) return;
    const { left, top, width, height } = u.bbox;
    const { ctx } = u;
    const point = ([x, y]: readonly [number, number]): [number, number] => [u.valToPos(x, "x", true), u.valToPos(y, "y", true)];
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, top, width, height);
    ctx.clip();
    ctx.imageSmoothingEnabled = false;
    ctx.drawImage(cells, left, top, width, height);
    ctx.lineJoin = "round";
    ctx.globalAlpha = 0.6;
    ctx.lineWidth = devicePixelRatio;
    about.levels.forEach((level, i) => {
      ctx.strokeStyle = inkAt(level, about);
      for (const line of this.lines[i] ?? []) stroke(ctx, line.map(point));
    });
    ctx.globalAlpha = 1;
    ctx.lineCap = "round";
    for (const [color, thickness] of [[about.edge, 4.4], [about.paper, 2.2]] as const) {
      ctx.strokeStyle = color;
      ctx.lineWidth = thickness * devicePixelRatio;
      if (about.path.length > 1) stroke(ctx, about.path.map(point));
    }
    ctx.restore();
    for (const { shape, x, y } of this.marks()) mark(ctx, about, shape, point([x, y]));
    if (this.cell) {
      const [x, y] = point(grid.place(this.cell));
      const [w, h] = [width / grid.columns, height / grid.rows];
      for (const [color, thickness] of [[about.edge, 4], [about.paper, 2]] as const) {
        ctx.strokeStyle = color;
        ctx.lineWidth = thickness * devicePixelRatio;
        ctx.strokeRect(x - w / 2, y - h / 2, w, h);
      }
    }
  }

  /** What is marked, the lowest value on the grid last. */
  private marks(): Mark[] {
    const lowest = this.grid?.lowest();
    if (!this.grid || !lowest) return this.about.marks;
    const [x, y] = this.grid.place(lowest);
    return [...this.about.marks, { shape: "minimum", x, y, label: `lowest ${short(this.grid.at(lowest), 4)}` }];
  }

  private drawLegend(): void {
    const entries = this.marks().map(({ shape, label }) => {
      const path = svg("path", {
        d: `M8,8${this.about.shapes[shape]}`, fill: this.about.paper, stroke: this.about.edge, "stroke-width": 1.4,
      });
      return make("span", { class: "qm-entry" }, svg("svg", { width: 16, height: 16, "aria-hidden": "true" }, path), label);
    });
    this.legend.replaceChildren(...entries);
  }

  private drawBar(): void {
    const { colors, levels, span } = this.about;
    const [low, high] = span;
    const steps = colors.map((color, i) => `${color} ${(100 * i) / colors.length}% ${(100 * (i + 1)) / colors.length}%`);
    const strip = make("div", { class: "qm-strip" });
    strip.style.background = `linear-gradient(to top, ${steps.join(", ")})`;
    const ticks = levels.map((level) => {
      const tick = make("span", { class: "qm-tick qm-number" }, short(level, 4));
      tick.style.bottom = `${(100 * (level - low)) / (high - low)}%`;
      return tick;
    });
    this.bar.replaceChildren(strip, ...ticks);
  }

  private onCursor(u: uPlot): void {
    const { left, top } = u.cursor;
    if (left === undefined || top === undefined || left < 0 || top < 0 || !this.grid) return;
    this.move(this.grid.cellAt(u.posToVal(left, "x"), u.posToVal(top, "y")));
  }

  private onKey(event: KeyboardEvent): void {
    const grid = this.grid;
    if (!grid) return;
    const from = this.cell ?? grid.cellAt(...this.home());
    const turns: Record<string, () => Cell | undefined> = {
      ArrowLeft: () => grid.step(from, -1, 0),
      ArrowRight: () => grid.step(from, 1, 0),
      ArrowUp: () => grid.step(from, 0, 1),
      ArrowDown: () => grid.step(from, 0, -1),
      m: () => grid.lowest(),
      M: () => grid.lowest(),
    };
    const turn = turns[event.key];
    if (!turn) return;
    event.preventDefault();
    event.stopPropagation();
    this.move(turn());
    this.told.textContent = this.words();
  }

  /** Where reading begins: at the present weights. */
  private home(): [number, number] {
    const here = this.about.marks.find((mark) => mark.shape === "here");
    return here ? [here.x, here.y] : [this.about.x[0], this.about.y[0]];
  }

  private move(cell: Cell | undefined): void {
    if (cell?.row === this.cell?.row && cell?.column === this.cell?.column) return;
    this.cell = cell;
    this.tell();
    this.chart?.redraw(false);
  }

  private tell(): void {
    this.read.textContent = this.words();
  }

  private words(): string {
    const { about, grid, cell } = this;
    if (!grid) return "";
    if (!cell) return "Point at a cell, or use the arrow keys, to read its value.";
    const [x, y] = grid.place(cell);
    return `${about.xLabel} ${short(x, 4)}, ${about.yLabel} ${short(y, 4)}: ${about.valueLabel} ${short(grid.at(cell), 6)}`;
  }

  private rows(): { head: string[]; body: string[][] } {
    const { grid, about } = this;
    if (!grid) return { head: [], body: [] };
    const columns = picked(grid.columns, ROWS);
    const x = (column: number) => short(grid.place({ row: 0, column })[0], 4);
    const body = picked(grid.rows, ROWS)
      .reverse()
      .map((row) => [
        short(grid.place({ row, column: 0 })[1], 4),
        ...columns.map((column) => short(grid.at({ row, column }), 4)),
      ]);
    return { head: [`${about.yLabel} up, ${about.xLabel} across`, ...columns.map(x)], body };
  }
}
