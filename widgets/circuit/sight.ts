// What the kernel tells of one place in the circuit.
import type { Complex } from "../shared/phases";
import { size } from "../shared/phases";

export interface Sight {
  column: number;
  /** Pairs of real and imaginary parts. */
  amplitudes: Float32Array;
  /** Three numbers for each wire. */
  bloch: Float32Array;
  entropies: Float32Array;
  values: Float32Array;
  gradients: Float32Array;
  answers: Float32Array;
  gate: number | null;
  parameters: (number | null)[];
  matrix: Float32Array;
}

const NUMBERS = ["amplitudes", "bloch", "entropies", "values", "gradients", "answers", "matrix"] as const;

/** Reads a message, whose buffers are float32 in the order of `NUMBERS`. */
export function readSight(content: any, buffers: DataView[]): Sight {
  const arrays = buffers.map(({ buffer, byteOffset, byteLength }) => new Float32Array(buffer.slice(byteOffset, byteOffset + byteLength)));
  const named = Object.fromEntries(NUMBERS.map((name, place) => [name, arrays[place]!]));
  const { column, gate, parameters } = content;
  return { column, gate, parameters, ...named } as Sight;
}

export interface Amplitude extends Complex {
  index: number;
  probability: number;
}

export function amplitudesOf(pairs: Float32Array): Amplitude[] {
  return Array.from({ length: pairs.length / 2 }, (_, index) => {
    const value = { re: pairs[2 * index]!, im: pairs[2 * index + 1]! };
    return { index, ...value, probability: size(value) ** 2 };
  });
}

/** The amplitudes to be listed: all in order if they are few, else the likeliest. */
export function listed(amplitudes: Amplitude[], most: number): Amplitude[] {
  if (amplitudes.length <= most) return amplitudes;
  return [...amplitudes].sort((a, b) => b.probability - a.probability || a.index - b.index).slice(0, most);
}

/** How many bits two parts can share at most: as many as the smaller has wires. */
export function mostBits(cut: number, wires: number): number {
  return Math.min(cut + 1, wires - cut - 1);
}

/** The rows of a square matrix from its pairs. */
export function rowsOf(pairs: Float32Array): Complex[][] {
  const entries = amplitudesOf(pairs);
  const side = Math.round(Math.sqrt(entries.length));
  return Array.from({ length: side }, (_, row) => entries.slice(row * side, (row + 1) * side));
}
