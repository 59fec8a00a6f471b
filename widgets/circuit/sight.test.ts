import { describe, expect, it } from "vitest";
import { amplitudesOf, listed, mostBits, readSight, rowsOf } from "./sight";

const view = (...values: number[]) => new DataView(new Float32Array(values).buffer);

describe("readSight", () => {
  it("reads buffers wherever they lie in a message", () => {
    const padded = new Float32Array([9, 0.6, 0.8]);
    const first = new DataView(padded.buffer, 4, 8);
    const sight = readSight({ column: 2, gate: null, parameters: [] }, [first, ...[1, 2, 3, 4, 5, 6].map((value) => view(value))]);
    expect([...sight.amplitudes]).toEqual([Math.fround(0.6), Math.fround(0.8)]);
    expect(sight.column).toBe(2);
    expect([sight.bloch[0], sight.entropies[0], sight.values[0]]).toEqual([1, 2, 3]);
    expect([sight.gradients[0], sight.answers[0], sight.matrix[0]]).toEqual([4, 5, 6]);
  });
});

describe("listed", () => {
  const four = amplitudesOf(new Float32Array([0.5, 0, 0, 0.7, -0.5, 0, 0.1, 0]));

  it("keeps a few in their order", () => {
    expect(listed(four, 4).map((one) => one.index)).toEqual([0, 1, 2, 3]);
  });
  it("takes the likeliest of many, equals in their order", () => {
    expect(listed(four, 3).map((one) => one.index)).toEqual([1, 0, 2]);
    expect(listed(four, 3)[0]!.probability).toBeCloseTo(0.49, 6);
  });
});

describe("mostBits", () => {
  it("is the number of wires on the smaller side", () => {
    expect([0, 1, 2, 3].map((cut) => mostBits(cut, 5))).toEqual([1, 2, 2, 1]);
  });
});

describe("rowsOf", () => {
  it("cuts a matrix into rows", () => {
    expect(rowsOf(new Float32Array([0, 0, 0, -1, 0, 1, 0, 0])).map((row) => row.map(({ re, im }) => [re, im]))).toEqual([
      [[0, 0], [0, -1]],
      [[0, 1], [0, 0]],
    ]);
    expect(rowsOf(new Float32Array())).toEqual([]);
  });
});
