import { describe, expect, it } from "vitest";
import {
  bytesOf, errorOf, firstOf, middle, nearestBar, nextBar, range, signOf, tallest, valuesOf, violated,
  type Graph, type Histogram, type States,
} from "./samples";

const bars = (more: Partial<Histogram> = {}): Histogram => ({
  low: [-3, -1, 1], high: [-3, -1, 1], counts: [7, 0, 2], errors: null, expected: null,
  names: ["−3", "−1", "1"], xLabel: "energy", yLabel: "reads", mark: null, markLabel: "", expectedLabel: "",
  ...more,
});

const states: States = {
  energies: new Float64Array([-3, -3, 1, 1]), counts: new Float64Array([4, 3, 1, 1]),
  expected: new Float64Array(), bars: new Int32Array([0, 0, 2, 2]),
  values: new Int8Array([1, 1, -1, 1, 1, -1, -1, -1]),
};

describe("bars", () => {
  it("are found by where one clicks, and in between by the nearer", () => {
    expect([-9, -2.2, -1.9, 0.2, 40].map((x) => nearestBar(bars(), x))).toEqual([0, 0, 1, 2, 2]);
    const bins = bars({ low: [0, 1, 2], high: [1, 2, 3] });
    expect([0.5, 1.9, 2.1].map((x) => nearestBar(bins, x))).toEqual([0, 1, 2]);
    expect(middle(bins, 1)).toBe(1.5);
  });
  it("reach as high as their errors and what was expected", () => {
    expect(tallest(bars({ errors: [2, 0, 1] }))).toBe(9);
    expect(tallest(bars({ expected: [1, 20, 1] }))).toBe(20);
    expect(tallest(bars({ counts: [0, 0, 0] }))).toBe(1);
  });
  it("stand within the axis, and so does the mark", () => {
    expect(range(bars())).toEqual([-4, 2]);
    expect(range(bars({ mark: -9 }))[0]).toBeLessThan(-9);
    expect(range(bars({ low: [2], high: [2] }))).toEqual([1, 3]);
  });
});

describe("states", () => {
  it("stand behind their bars", () => {
    expect([0, 1, 2].map((bar) => firstOf(states, bar))).toEqual([0, -1, 2]);
  });
  it("lead to the next bar that has any, up and down", () => {
    expect([0, 1, 2, 3].map((rank) => nextBar(states, rank, 1))).toEqual([2, 2, 2, 3]);
    expect([0, 1, 2, 3].map((rank) => nextBar(states, rank, -1))).toEqual([0, 1, 0, 0]);
  });
  it("have counts with standard errors", () => {
    expect(errorOf(25, 100)).toBeCloseTo(Math.sqrt(100 * 0.25 * 0.75), 12);
    expect(errorOf(100, 100)).toBe(0);
  });
  it("have their own values", () => {
    expect([...valuesOf(states, 1, 2)]).toEqual([-1, 1]);
  });
});

describe("violated", () => {
  const graph = (spins: boolean[], coupling: number): Graph => ({
    spins, places: [[0, 0], [1, 1]], pairs: [[0, 1]], couplings: [coupling], fields: [0, 0],
  });
  const all = (graph: Graph, values: number[][]) => values.map((each) => violated(graph, each)[0]);

  it("is what spins do against their coupling", () => {
    const both = [true, true];
    const values = [[1, 1], [1, -1], [-1, -1]];
    expect(all(graph(both, 0.5), values)).toEqual([true, false, true]);
    expect(all(graph(both, -0.5), values)).toEqual([false, true, false]);
  });
  it("of bits is a penalty paid, or a gain missed", () => {
    const bits = [false, false];
    const values = [[0, 0], [0, 1], [1, 1]];
    expect(all(graph(bits, 2), values)).toEqual([false, false, true]);
    expect(all(graph(bits, -2), values)).toEqual([true, true, false]);
  });
  it("of a spin and a bit is all but the lowest", () => {
    expect(all(graph([true, false], 1), [[1, 1], [-1, 1], [-1, 0]])).toEqual([true, false, true]);
  });
});

describe("numbers", () => {
  it("are read from wherever they begin", () => {
    const buffer = new ArrayBuffer(20);
    new DataView(buffer).setFloat64(3, 1.5, true);
    expect(new Float64Array(bytesOf(new DataView(buffer, 3, 8)))[0]).toBe(1.5);
    expect(bytesOf(undefined).byteLength).toBe(0);
  });
  it("of spins have signs", () => {
    expect([signOf(1, true), signOf(-1, true), signOf(0, false), signOf(1, false)]).toEqual(["+1", "−1", "0", "1"]);
  });
});
