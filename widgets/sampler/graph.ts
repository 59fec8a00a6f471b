// The variables and couplings of one state: full and empty nodes, solid and dashed lines, crosses.
import { make, svg } from "../shared/dom";
import type { Frame } from "../shared/frame";
import { short } from "../shared/numbers";
import { signOf, violated, type Graph } from "./samples";

const SIZE = 340;
const LABELLED = 40;
const LONGEST = 10;
const THIN = 1;
const THICK = 2.6;
const DASH = "5 3.5";
const ON_NODE = "#ffffff";

export class GraphView {
  readonly element: HTMLElement;
  private readonly lines: SVGElement[];
  private readonly crosses: SVGElement[];
  private readonly nodes: SVGElement[];
  private readonly radius: number;
  private values: ArrayLike<number> = [];
  private broken: boolean[] = [];

  constructor(
    frame: Frame,
    private readonly graph: Graph,
    private readonly labels: string[],
    private readonly tell: (words: string) => void,
  ) {
    const n = labels.length;
    this.radius = n <= 16 ? 11 : n <= LABELLED ? 8 : 5;
    const margin = this.radius + (n <= LABELLED ? 17 : 5);
    const top = Math.max(...graph.places.map(([, y]) => y));
    const bottom = Math.min(...graph.places.map(([, y]) => y));
    const scale = SIZE - 2 * margin;
    const at = graph.places.map(([x, y]): [number, number] => [margin + x * scale, margin + (top - y) * scale]);
    const height = 2 * margin + (top - bottom) * scale;
    const strongest = Math.max(...graph.couplings.map(Math.abs), 0) || 1;
    const [like, unlike] = frame.look.series;
    this.lines = graph.pairs.map(([u, v], i) => {
      const coupling = graph.couplings[i]!;
      return svg("path", {
        d: this.between(at[u]!, at[v]!), fill: "none",
        stroke: (coupling < 0 ? like! : unlike!).color,
        "stroke-dasharray": coupling < 0 ? undefined : DASH,
        "stroke-width": THIN + ((THICK - THIN) * Math.abs(coupling)) / strongest,
      });
    });
    this.crosses = graph.pairs.map(([u, v]) => {
      const [x, y] = [(at[u]![0] + at[v]![0]) / 2, (at[u]![1] + at[v]![1]) / 2];
      return svg("path", { class: "qm-cross", d: `M${x - 4},${y - 4}l8,8m0,-8l-8,8` });
    });
    this.nodes = labels.map((label, i) => this.node(label, i, at[i]!));
    const drawing = svg(
      "svg",
      { viewBox: `0 0 ${SIZE} ${height}`, width: SIZE, height, role: "group", "aria-label": "Variables; arrows go from one to the next" },
      ...this.lines, ...this.crosses, ...this.nodes,
    );
    drawing.style.setProperty("--qm-node", frame.look.series[5]!.color);
    this.element = make("section", { class: "qm-graph" }, drawing, this.legend(like!.color, unlike!.color));
  }

  /** Shows a state; returns how many couplings it violates. */
  show(values: ArrayLike<number>): number {
    const { graph } = this;
    this.values = values;
    this.broken = violated(graph, values);
    this.broken.forEach((is, i) => {
      this.lines[i]!.classList.toggle("qm-violated", is);
      this.crosses[i]!.toggleAttribute("hidden", !is);
    });
    this.nodes.forEach((node, i) => {
      node.classList.toggle("qm-up", values[i]! > 0);
      node.setAttribute("aria-label", this.wordsOf(i));
      node.querySelector("title")!.textContent = this.wordsOf(i);
      const sign = node.querySelector(".qm-sign");
      if (sign) sign.textContent = signOf(values[i]!, graph.spins[i]!).replace(/(?<=.)1$/, "");
    });
    return this.broken.filter(Boolean).length;
  }

  private wordsOf(i: number): string {
    const { graph, labels } = this;
    const own = graph.pairs.flatMap((pair, at) => (pair.includes(i) ? [at] : []));
    const field = graph.fields[i] ? `, field ${short(graph.fields[i], 4)}` : "";
    const broken = own.filter((at) => this.broken[at]).length;
    return `${labels[i]} = ${signOf(this.values[i]!, graph.spins[i]!)}${field}; ${broken} of ${own.length} couplings violated`;
  }

  private between(from: [number, number], to: [number, number]): string {
    const [across, down] = [to[0] - from[0], to[1] - from[1]];
    const length = Math.hypot(across, down) || 1;
    const cut = Math.min(this.radius, length / 2) / length;
    const ends = [from[0] + cut * across, from[1] + cut * down, to[0] - cut * across, to[1] - cut * down];
    return `M${ends[0]},${ends[1]}L${ends[2]},${ends[3]}`;
  }

  private node(label: string, i: number, [x, y]: [number, number]): SVGElement {
    const r = this.radius;
    const node = svg(
      "g", { class: "qm-node", tabindex: i ? -1 : 0, role: "img" },
      svg("title"), svg("circle", { cx: x, cy: y, r }),
    );
    if (r > 6) node.append(svg("text", { class: "qm-sign", x, y: y + 4, "text-anchor": "middle", fill: ON_NODE }));
    if (this.labels.length <= LABELLED) {
      const words = label.length > LONGEST ? `${label.slice(0, LONGEST - 1)}…` : label;
      node.append(svg("text", { class: "qm-label", x, y: y + r + 11, "text-anchor": "middle" }, words));
    }
    node.addEventListener("keydown", (event) => this.onKey(event, i));
    node.addEventListener("focus", () => this.point(i));
    node.addEventListener("pointerenter", () => this.point(i));
    for (const left of ["blur", "pointerleave"]) node.addEventListener(left, () => this.point(null));
    return node;
  }

  private onKey(event: KeyboardEvent, i: number): void {
    const n = this.nodes.length;
    const to: Record<string, number> = {
      ArrowRight: (i + 1) % n, ArrowDown: (i + 1) % n, ArrowLeft: (i + n - 1) % n, ArrowUp: (i + n - 1) % n,
      Home: 0, End: n - 1,
    };
    const next = to[event.key];
    if (next === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    this.nodes[i]!.setAttribute("tabindex", "-1");
    this.nodes[next]!.setAttribute("tabindex", "0");
    this.nodes[next]!.focus();
  }

  /** Brings out a variable's own couplings, and says what it is. */
  private point(i: number | null): void {
    this.graph.pairs.forEach((pair, at) => {
      for (const mark of [this.lines[at]!, this.crosses[at]!]) mark.classList.toggle("qm-faint", i !== null && !pair.includes(i));
    });
    this.tell(i === null ? "" : this.wordsOf(i));
  }

  private legend(like: string, unlike: string): HTMLElement {
    const { graph } = this;
    const spins = graph.spins.some(Boolean);
    const entry = (words: string, ...marks: SVGElement[]) =>
      make("span", { class: "qm-entry" }, svg("svg", { width: 26, height: 12, "aria-hidden": "true" }, ...marks), words);
    const line = (stroke: string, dash?: string) =>
      svg("line", { x1: 1, x2: 25, y1: 6, y2: 6, stroke, "stroke-width": 2.4, "stroke-dasharray": dash });
    const entries = [];
    if (graph.couplings.some((c) => c < 0)) entries.push(entry(spins ? "likes equal" : "likes two 1s", line(like)));
    if (graph.couplings.some((c) => c > 0)) entries.push(entry(spins ? "likes opposite" : "likes a 0", line(unlike, DASH)));
    entries.push(entry("violated", svg("path", { class: "qm-cross", d: "M9,2l8,8m0,-8l-8,8" })));
    return make("div", { class: "qm-legend" }, ...entries);
  }
}
