// What the state viewer shows, in words and as a table; no DOM.
import { inPi, inWords, phase, type Complex } from "../shared/phases";
import { chance, short } from "../shared/numbers";
import { length, type Vector } from "../shared/sphere";

export type Pair = [re: number, im: number];

/** As qaimagic/widgets/state.py writes it. */
export interface Seen {
  name: string;
  bloch: Vector[];
  probabilities: number[];
  purity: number;
  amplitudes: Pair[] | null;
  matrix: Pair[][] | null;
  /** The basis states of the disks: of all amplitudes, or of the matrix's rows. */
  rows: string[];
  full: number;
  heading: string;
}

export interface Scene {
  wires: string[];
  kets: string[];
  states: Seen[];
  fidelity: number | null;
  /** What the spheres are, and what a short vector means. */
  spheres: string;
  note: string;
}

export interface Sample {
  shots: number;
  counts: number[];
  low: number[];
  high: number[];
}

/** A disk: what it stands for, and its value. */
export interface Cell {
  name: string;
  value: Complex;
}

export function complex([re, im]: Pair): Complex {
  return { re, im };
}

export function cells(seen: Seen): Cell[] {
  if (seen.amplitudes) return seen.amplitudes.map((pair, i) => ({ name: seen.rows[i]!, value: complex(pair) }));
  return (seen.matrix ?? []).flatMap((row, i) =>
    row.map((pair, j) => ({ name: `${seen.rows[i]}${bra(seen.rows[j]!)}`, value: complex(pair) })),
  );
}

export function bra(ket: string): string {
  return `⟨${ket.slice(1, -1)}|`;
}

export function wordsOfCell({ name, value }: Cell): string {
  const r = Math.hypot(value.re, value.im);
  const turned = r > 1e-9 ? `, phase ${inPi(phase(value))}` : "";
  return `${name}: ${inWords(value, 4)}, size ${short(r)}${turned}`;
}

/** A basis state: its probability in each state, and what came of shots. */
export function wordsOfBasis(scene: Scene, samples: Sample[], place: number): string {
  const parts = scene.states.map((seen, i) => {
    const of = scene.states.length > 1 ? `${seen.name} ` : "";
    const sample = samples[i];
    const drawn = sample
      ? `, ${sample.counts[place]!.toLocaleString("en")} of ${sample.shots.toLocaleString("en")} shots, ` +
        `95 % interval ${short(sample.low[place])} to ${short(sample.high[place])}`
      : "";
    return `${of}probability ${chance(seen.probabilities[place])}${drawn}`;
  });
  return `${scene.kets[place]}: ${parts.join("; ")}`;
}

/** How a state is: pure or mixed; of a pair, how alike. */
export function headline(scene: Scene): string {
  const told = scene.states.map(({ name, purity }) => `${name}: ${purity > 1 - 1e-6 ? "pure" : `mixed, purity ${short(purity)}`}`);
  if (scene.fidelity !== null) told.push(`fidelity ${chance(scene.fidelity)}`);
  return told.join("; ");
}

/** The place that an arrow key leads to in a grid, or none. */
export function moved(key: string, place: number, columns: number, count: number): number | undefined {
  const steps: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns };
  if (key === "Home") return 0;
  if (key === "End") return count - 1;
  const step = steps[key];
  if (step === undefined) return undefined;
  const next = place + step;
  return next < 0 || next >= count ? place : next;
}

export function table(scene: Scene, samples: Sample[]): { head: string[]; body: string[][] } {
  const many = scene.states.length > 1;
  const head = ["basis state"];
  const columns: string[][] = [];
  scene.states.forEach((seen, i) => {
    const of = many ? ` of ${seen.name}` : "";
    const sample = samples[i];
    if (seen.amplitudes) {
      head.push(`amplitude${of}`);
      columns.push(seen.amplitudes.map((pair) => inWords(complex(pair), 4)));
    }
    head.push(`probability${of}`);
    columns.push(seen.probabilities.map(chance));
    if (sample) {
      head.push(`shots${of}`, `95 % interval${of}`);
      columns.push(sample.counts.map(String), sample.low.map((low, at) => `${short(low)} to ${short(sample.high[at])}`));
    }
  });
  return { head, body: scene.kets.map((ket, row) => [ket, ...columns.map((column) => column[row]!)]) };
}

export function lengthWords(scene: Scene, wire: number): string {
  return `length ${scene.states.map(({ bloch }) => length(bloch[wire]!).toFixed(2)).join(" and ")}`;
}
