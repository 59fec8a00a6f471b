// The state at the cursor: amplitudes, where each wire points, and what is shared across cuts.
import { BlochSphere, Turning } from "../shared/bloch";
import { make, svg, unfold } from "../shared/dom";
import type { Frame } from "../shared/frame";
import { short } from "../shared/numbers";
import { disk, inPi, inWords, ket, phase } from "../shared/phases";
import { fixed } from "./controls";
import { paintMap } from "./map";
import { amplitudesOf, listed, mostBits, type Amplitude, type Sight } from "./sight";

const MOST = 16;
const ROWS = 1024;
const RADIUS = 9;
const SPHERE = 104;

export class StatePanel {
  readonly element: HTMLElement;
  private readonly told = make("output", { class: "qm-quiet qm-number" });
  private readonly list = make("div", { class: "qm-amplitudes" });
  private readonly map = make("canvas", { class: "qm-map", role: "img" });
  private readonly spheres = make("div", { class: "qm-spheres" });
  private readonly cuts = make("div", { class: "qm-cuts" });
  private readonly turning = new Turning();
  private drawn: BlochSphere[] = [];
  private wires: string[] = [];
  private amplitudes: Amplitude[] = [];

  constructor(private readonly frame: Frame) {
    this.element = make(
      "section", { class: "qm-state", "aria-label": "State at the cursor" },
      make("div", { class: "qm-bar" }, make("strong", {}, "State"), this.told),
      make("div", { class: "qm-two" }, this.list, this.map),
      make("strong", {}, "Each wire alone"), this.spheres,
      make("strong", {}, "Entanglement across each cut, in bits"), this.cuts,
      unfold("Data", () => this.rows()),
    );
  }

  setUp(wires: string[]): void {
    this.wires = wires;
    this.drawn = wires.map((wire) => new BlochSphere(`wire ${wire}`, SPHERE, this.turning));
    this.spheres.replaceChildren(
      ...this.drawn.map((sphere, place) => make("figure", {}, sphere.element, make("figcaption", {}, `wire ${wires[place]}`))),
    );
  }

  show(sight: Sight): void {
    this.amplitudes = amplitudesOf(sight.amplitudes);
    const shown = listed(this.amplitudes, MOST);
    const rest = 1 - shown.reduce((sum, one) => sum + one.probability, 0);
    this.told.textContent = shown.length < this.amplitudes.length
      ? `the ${shown.length} likeliest of ${this.amplitudes.length.toLocaleString("en")}; the others ${percent(rest)} together`
      : "";
    const largest = Math.max(...shown.map((one) => one.probability));
    this.list.replaceChildren(...shown.map((one) => this.row(one, largest)));
    this.map.hidden = shown.length === this.amplitudes.length;
    if (!this.map.hidden) paintMap(this.map, this.amplitudes, this.wires.length, this.frame.look);
    this.drawn.forEach((sphere, wire) => {
      const [x, y, z] = sight.bloch.subarray(3 * wire, 3 * wire + 3);
      sphere.show([{ name: "", vector: [x!, y!, z!], style: this.frame.look.series[0]! }]);
    });
    this.cuts.replaceChildren(...Array.from(sight.entropies, (bits, cut) => this.cut(bits, cut)));
    this.cuts.hidden = !sight.entropies.length;
  }

  /** The state in one sentence. */
  get words(): string {
    const [likeliest] = [...this.amplitudes].sort((a, b) => b.probability - a.probability);
    return likeliest ? `likeliest ${ket(likeliest.index, this.wires.length)}, ${percent(likeliest.probability)}` : "";
  }

  private row(one: Amplitude, largest: number): HTMLElement {
    const place = svg("svg", { width: 22, height: 22, viewBox: "-11 -11 22 22", "aria-hidden": "true" }, disk(one, Math.sqrt(largest), RADIUS, this.frame.look));
    const bar = make("span", { class: "qm-chance" });
    bar.style.setProperty("--qm-size", `${(100 * one.probability) / largest}%`);
    return make(
      "div", {}, place, make("span", { class: "qm-ket" }, ket(one.index, this.wires.length)), bar,
      make("span", { class: "qm-number" }, percent(one.probability)),
      make("span", { class: "qm-number qm-quiet" }, complex(one)),
    );
  }

  private cut(bits: number, cut: number): HTMLElement {
    const most = mostBits(cut, this.wires.length);
    const bar = make("span", { class: "qm-chance" });
    bar.style.setProperty("--qm-size", `${(100 * bits) / most}%`);
    const between = `${this.wires[cut]} | ${this.wires[cut + 1]}`;
    return make("div", {}, make("span", {}, between), bar, make("span", { class: "qm-number" }, `${short(bits < 5e-4 ? 0 : bits)} of ${most}`));
  }

  private rows(): { head: string[]; body: string[][] } {
    const body = this.amplitudes.slice(0, ROWS).map((one) => [
      ket(one.index, this.wires.length), inWords(one, 5), short(one.probability, 5), one.probability < 1e-12 ? "–" : inPi(phase(one)),
    ]);
    return { head: ["state", "amplitude", "probability", "phase"], body };
  }
}

function complex({ re, im }: Amplitude): string {
  const sign = fixed(im).startsWith("−") ? "−" : "+";
  return `${fixed(re)} ${sign} ${fixed(Math.abs(im))}i`;
}

function percent(probability: number): string {
  const value = Math.max(0, 100 * probability);
  return `${value < 0.005 ? 0 : value.toFixed(value < 1 ? 2 : 1)} %`;
}
