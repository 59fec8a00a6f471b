// Probabilities as bars by uPlot, and shots with their intervals, read by pointer and arrow keys.
import uPlot from "uplot";
import { axes } from "../shared/axes";
import { make } from "../shared/dom";
import { inkAt, type Frame } from "../shared/frame";
import { moved, type Sample, type Scene } from "./scene";

const HEIGHT = 210;
const WIDEST = 30;
const SHARE = 0.74;
const LETTER = 6.4;
const LEFT = 52;

export class Bars {
  readonly element: HTMLElement;
  private chart: uPlot | undefined;
  private samples: Sample[] = [];
  private width = 0;
  private place = -1;

  /** @param tell Is called with the basis state under the pointer or the arrow keys. */
  constructor(
    private readonly frame: Frame,
    private readonly scene: Scene,
    private readonly tell: (place: number) => void,
  ) {
    this.element = make("div", {
      class: "qm-plot", tabindex: 0, role: "application", "aria-roledescription": "bars; arrow keys read them",
      "aria-label": "Probabilities of basis states",
    });
    this.element.addEventListener("keydown", (event) => this.onKey(event));
    this.element.addEventListener("focus", () => this.tell(Math.max(0, this.place)));
    frame.onEnd(() => this.chart?.destroy());
  }

  draw(samples: Sample[], width: number): void {
    const count = this.scene.kets.length;
    this.samples = samples;
    this.width = Math.min(width, LEFT + 16 + count * Math.max(2 * WIDEST, this.words + 8));
    this.rebuild();
  }

  /** Makes the chart anew, for other shots or another ink. */
  rebuild(): void {
    if (!this.width) return;
    this.chart?.destroy();
    const places = this.scene.kets.map((_, i) => i);
    const data = [places, ...this.scene.states.map((seen) => seen.probabilities)] as uPlot.AlignedData;
    this.chart = new uPlot(this.options(), data, this.element);
  }

  mark(place: number): void {
    if (place === this.place) return;
    this.place = place;
    this.chart?.redraw(false);
  }

  private get words(): number {
    return LETTER * this.scene.kets[0]!.length;
  }

  private options(): uPlot.Options {
    const count = this.scene.kets.length;
    const isUpright = (this.width - LEFT) / count < this.words + 4;
    const [x, y] = axes(this.frame, "");
    const top = Math.max(...this.scene.states.flatMap((seen) => seen.probabilities), ...this.samples.flatMap((sample) => sample.high));
    return {
      width: this.width, height: HEIGHT + (isUpright ? this.words : 0), legend: { show: false }, padding: [8, 8, 0, 0],
      cursor: { x: false, y: false, drag: { x: false, y: false }, points: { show: false } },
      scales: { x: { time: false, range: [-0.5, count - 0.5] }, y: { range: [0, Math.min(1, 1.05 * top)] } },
      axes: [
        {
          ...x, label: undefined, size: isUpright ? this.words + 14 : 30, rotate: isUpright ? -90 : 0, grid: { show: false },
          splits: () => this.scene.kets.map((_, i) => i), values: (_chart, places) => places.map((place) => this.scene.kets[place] ?? ""),
        },
        { ...y, label: undefined, size: LEFT },
      ],
      series: [{}, ...this.scene.states.map((seen, i) => this.seriesOf(seen.name, i))],
      hooks: {
        drawAxes: [(u) => this.band(u)],
        draw: [(u) => this.intervals(u)],
        setCursor: [(u) => u.cursor.idx !== null && u.cursor.idx !== undefined && u.cursor.left! >= 0 && this.tell(u.cursor.idx)],
      },
    };
  }

  private seriesOf(label: string, i: number): uPlot.Series {
    const style = this.frame.look.series[i]!;
    const many = this.scene.states.length;
    const align = many === 1 ? 0 : i === 0 ? -1 : 1;
    return {
      label, stroke: style.color, width: 1, fill: `color-mix(in srgb, ${style.color} 40%, transparent)`,
      dash: style.dash === "none" ? [] : [3, 2],
      paths: uPlot.paths.bars!({ size: [SHARE / many, WIDEST / many], align }), points: { show: false },
    };
  }

  /** The width of a bar on the canvas. */
  private barWidth(u: uPlot): number {
    const many = this.scene.states.length;
    const room = u.valToPos(1, "x", true) - u.valToPos(0, "x", true);
    return Math.min((SHARE / many) * room, (WIDEST / many) * devicePixelRatio);
  }

  private band(u: uPlot): void {
    if (this.place < 0) return;
    const [from, to] = [this.place - 0.48, this.place + 0.48].map((value) => u.valToPos(value, "x", true)) as [number, number];
    u.ctx.save();
    u.ctx.fillStyle = inkAt(this.frame.root);
    u.ctx.globalAlpha = 0.1;
    u.ctx.fillRect(from, u.bbox.top, to - from, u.bbox.height);
    u.ctx.restore();
  }

  private intervals(u: uPlot): void {
    const bar = this.barWidth(u);
    const { ctx } = u;
    ctx.save();
    ctx.strokeStyle = ctx.fillStyle = inkAt(this.frame.root);
    ctx.lineWidth = 1.4 * devicePixelRatio;
    ctx.setLineDash([]);
    this.samples.forEach((sample, i) => {
      const shift = this.scene.states.length === 1 ? 0 : (i - 0.5) * bar;
      sample.counts.forEach((count, place) => {
        const x = u.valToPos(place, "x", true) + shift;
        const [low, high, share] = [sample.low[place]!, sample.high[place]!, count / sample.shots].map((value) => u.valToPos(value, "y", true));
        const cap = Math.min(3 * devicePixelRatio, bar / 2);
        ctx.beginPath();
        ctx.moveTo(x, low!);
        ctx.lineTo(x, high!);
        for (const end of [low!, high!]) {
          ctx.moveTo(x - cap, end);
          ctx.lineTo(x + cap, end);
        }
        ctx.stroke();
        ctx.beginPath();
        ctx.arc(x, share!, Math.min(2.4 * devicePixelRatio, bar / 2), 0, 2 * Math.PI);
        ctx.fill();
      });
    });
    ctx.restore();
  }

  private onKey(event: KeyboardEvent): void {
    const count = this.scene.kets.length;
    const next = moved(event.key, Math.max(0, this.place), count, count);
    if (next === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    this.tell(next);
  }
}
