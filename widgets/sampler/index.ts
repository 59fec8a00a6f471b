// Samples of an energy: click a bar or use the arrow keys, and see the state behind it.
import { button, make, unfold } from "../shared/dom";
import { frame, type Model } from "../shared/frame";
import { widget } from "../shared/mount";
import { short } from "../shared/numbers";
import { GraphView } from "./graph";
import { HistogramChart } from "./histogram";
import { bytesOf, errorOf, nextBar, signOf, valuesOf, type Graph, type Histogram, type States } from "./samples";

const GAP = 24;
const GRAPH = 340;
const NARROW = 660;
const ROWS = 20;
const COLUMNS = 24;

function render({ model, el }: { model: Model; el: HTMLElement }): () => void {
  const place = frame(el, model, "Samples");
  const bars: Histogram = model.get("histogram");
  const labels: string[] = model.get("labels");
  const graph: Graph | undefined = model.get("graph").pairs ? model.get("graph") : undefined;
  const floats = (name: string) => new Float64Array(bytesOf(model.get(name)));
  const states: States = {
    energies: floats("energies"), counts: floats("counts"), expected: floats("expected"),
    bars: new Int32Array(bytesOf(model.get("bars"))), values: new Int8Array(bytesOf(model.get("states"))),
  };
  const last = states.energies.length - 1;
  const total = bars.counts.reduce((sum, n) => sum + n, 0);
  const rank = (): number => model.get("chosen");
  const choose = (to: number) => {
    model.set("chosen", Math.min(last, Math.max(0, to)));
    model.save_changes();
  };
  const onKey = (event: KeyboardEvent) => {
    const turns: Record<string, () => number> = {
      ArrowLeft: () => rank() - 1, ArrowRight: () => rank() + 1,
      ArrowDown: () => nextBar(states, rank(), -1), ArrowUp: () => nextBar(states, rank(), 1),
      Home: () => 0, End: () => last,
    };
    const turn = turns[event.key];
    if (!turn) return;
    event.preventDefault();
    event.stopPropagation();
    choose(turn());
  };

  const lower = button("Lower", () => choose(rank() - 1));
  const higher = button("Higher", () => choose(rank() + 1));
  const slider = make("input", { type: "range", min: 0, max: last, step: 1, "aria-label": "State, in order of energy" });
  slider.addEventListener("input", () => choose(slider.valueAsNumber));
  const told = make("output", { class: "qm-number qm-told", "aria-live": "polite" });
  const pointed = make("p", { class: "qm-quiet qm-number qm-pointed", "aria-live": "polite" });
  const chart = new HistogramChart(place, bars, states, { choose, onKey });
  const drawn = graph && new GraphView(place, graph, labels, (words) => (pointed.textContent = words));
  const side = drawn ? [make("div", {}, drawn.element, pointed)] : [];
  place.root.append(
    ...model.get("lines").map((line: string) => make("p", {}, line)),
    make("div", { class: "qm-bar" }, lower, slider, higher, told),
    make("div", { class: "qm-charts" }, chart.element, ...side),
    unfold("The lowest states", () => lowest(bars, states, labels, graph)),
    unfold("Data", () => dataOf(bars)),
  );

  place.follow("chosen", () => {
    const at = rank();
    slider.value = String(at);
    lower.disabled = at === 0;
    higher.disabled = at === last;
    chart.choose(at);
    const n = drawn?.show(valuesOf(states, at, labels.length));
    const words = [`State ${at + 1} of ${last + 1}: ${bars.xLabel} ${short(states.energies[at], 6)}`];
    const count = states.counts[at]!;
    const error = bars.errors ? ` ± ${short(errorOf(count, total), 2)}` : "";
    words.push(`found ${short(count, 6)}${error} time${count === 1 && !error ? "" : "s"}`);
    if (states.expected.length) words.push(`expected ${short(states.expected[at], 3)}`);
    if (graph && n !== undefined) words.push(`${n} of ${graph.pairs.length} couplings violated`);
    told.textContent = words.join(", ");
    slider.setAttribute("aria-valuetext", told.textContent);
  });
  place.onTheme(() => chart.rebuild());
  place.onWidth((width) => chart.draw(graph && width >= NARROW ? width - GRAPH - GAP : width));
  return () => place.end();
}

function lowest(bars: Histogram, states: States, labels: string[], graph: Graph | undefined) {
  const shown = graph && labels.length <= COLUMNS ? labels : [];
  const expected = states.expected.length > 0;
  const body = Array.from(states.energies.subarray(0, ROWS), (energy, rank) => {
    const values = Array.from(valuesOf(states, rank, labels.length).subarray(0, shown.length));
    return [
      short(energy, 6), short(states.counts[rank], 6), ...(expected ? [short(states.expected[rank], 3)] : []),
      ...values.map((value, i) => signOf(value, graph!.spins[i]!)),
    ];
  });
  return { head: [bars.xLabel, "found", ...(expected ? ["expected"] : []), ...shown], body };
}

function dataOf(bars: Histogram) {
  const { errors, expected } = bars;
  const head = [bars.xLabel, bars.yLabel, ...(errors ? ["standard error"] : []), ...(expected ? [bars.expectedLabel] : [])];
  const body = bars.names.map((name, i) => [
    name, short(bars.counts[i], 6), ...(errors ? [short(errors[i], 3)] : []), ...(expected ? [short(expected[i], 5)] : []),
  ]);
  return { head, body };
}

export default widget(render);
