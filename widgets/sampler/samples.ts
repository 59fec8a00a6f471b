// What the view knows of samples: bars, states in order of energy, and what each state violates.

export interface Histogram {
  /** Where each bar begins and ends; both are the same for a level of its own. */
  low: number[];
  high: number[];
  counts: number[];
  errors: number[] | null;
  expected: number[] | null;
  names: string[];
  xLabel: string;
  yLabel: string;
  mark: number | null;
  markLabel: string;
  expectedLabel: string;
}

export interface Graph {
  spins: boolean[];
  /** Within the unit square, the second number upwards. */
  places: [number, number][];
  pairs: [number, number][];
  couplings: number[];
  fields: number[];
}

export interface States {
  energies: Float64Array;
  counts: Float64Array;
  expected: Float64Array;
  bars: Int32Array;
  values: Int8Array;
}

type Bytes = DataView | undefined;

/** Reads bytes from wherever they begin, since arrays of numbers must be aligned. */
export function bytesOf(view: Bytes): ArrayBuffer {
  if (!view) return new ArrayBuffer(0);
  return view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength) as ArrayBuffer;
}

export function isDiscrete(bars: Histogram): boolean {
  return bars.low.every((low, i) => low === bars.high[i]);
}

export function middle(bars: Histogram, bar: number): number {
  return (bars.low[bar]! + bars.high[bar]!) / 2;
}

/** How high bars reach, with their errors and what was expected. */
export function tallest(bars: Histogram): number {
  const tips = bars.counts.map((n, i) => Math.max(n + (bars.errors?.[i] ?? 0), bars.expected?.[i] ?? 0));
  return Math.max(1, ...tips);
}

/** From where to where the axis goes: some room beside the first and the last bar, and the mark. */
export function range(bars: Histogram): [number, number] {
  const ends = [...bars.low, ...bars.high, ...(bars.mark === null ? [] : [bars.mark])];
  const [first, last] = [Math.min(...ends), Math.max(...ends)];
  if (first === last) return [first - 1, last + 1];
  const gaps = isDiscrete(bars) ? bars.low.slice(1).map((low, i) => low - bars.low[i]!) : [0];
  const room = Math.min(Math.max(0.5 * Math.min(...gaps), 0.03 * (last - first)), 0.25 * (last - first));
  return [first - room, last + room];
}

/** The bar at or nearest to a value. */
export function nearestBar(bars: Histogram, value: number): number {
  let best = 0;
  const away = (bar: number) => Math.max(bars.low[bar]! - value, value - bars.high[bar]!, 0);
  for (let bar = 1; bar < bars.low.length; bar++) if (away(bar) < away(best)) best = bar;
  return best;
}

/** The lowest state of a bar, or -1 where none came, or none of those that can be looked at. */
export function firstOf(states: States, bar: number): number {
  return states.bars.indexOf(bar);
}

/** The state in the next bar that has one, or the present one. */
export function nextBar(states: States, rank: number, step: 1 | -1): number {
  const bar = states.bars[rank]!;
  if (step > 0) {
    const found = states.bars.findIndex((each) => each > bar);
    return found < 0 ? rank : found;
  }
  const below = states.bars[firstOf(states, bar) - 1];
  return below === undefined ? rank : firstOf(states, below);
}

/** The standard error of a state's count. */
export function errorOf(count: number, of: number): number {
  return Math.sqrt(count * (1 - count / of));
}

/** The values of the variables in a state. */
export function valuesOf(states: States, rank: number, n: number): Int8Array {
  return states.values.subarray(rank * n, (rank + 1) * n);
}

/** Which couplings are above the lowest energy that they can have; as in drawing/spin_graph.py. */
export function violated(graph: Graph, values: ArrayLike<number>): boolean[] {
  return graph.pairs.map(([u, v], i) => {
    const coupling = graph.couplings[i]!;
    const bits = !graph.spins[u] && !graph.spins[v];
    const lowest = bits ? Math.min(coupling, 0) : -Math.abs(coupling);
    return coupling * values[u]! * values[v]! - lowest > 1e-9 * Math.abs(coupling);
  });
}

/** A value as one writes it: +1 and −1 of a spin, 0 and 1 of a bit. */
export function signOf(value: number, isSpin: boolean): string {
  if (!isSpin) return String(value);
  return value > 0 ? "+1" : "−1";
}
