import { describe, expect, it } from "vitest";
import { Table, pointsOf, smooth, thin, type Line, type Points } from "./series";

const line = (more: Partial<Line> = {}): Line => ({
  name: "training", role: "train", group: 0, table: "steps", x: "step", y: "loss", scale: 1, value: null, ...more,
});

describe("Table", () => {
  it("joins pieces, counts what comes twice once, and says what is missing", () => {
    const table = new Table(["step", "loss"]);
    expect(table.take(0, new Float64Array([1, 0.5, 2, 0.4]))).toBe(true);
    expect(table.take(1, new Float64Array([2, 0.4, 3, 0.3]))).toBe(true);
    expect(table.take(9, new Float64Array([10, 0]))).toBe(false);
    expect(table.length).toBe(3);
    expect(table.column("loss")).toEqual([0.5, 0.4, 0.3]);
  });
});

describe("smooth", () => {
  it("leaves a constant as it is, from the first point on", () => {
    for (const value of smooth([2, 2, 2], 0.9)) expect(value).toBeCloseTo(2, 12);
  });
  it("keeps gaps", () => {
    expect(smooth([1, null, 3], 0.5)[1]).toBeNull();
  });
  it("without weight is the identity", () => {
    expect(smooth([1, 5, 2], 0)).toEqual([1, 5, 2]);
  });
});

describe("thin", () => {
  const x = Array.from({ length: 100_000 }, (_, i) => i);
  const y: (number | null)[] = x.map((i) => Math.sin(i / 500));
  y[54_321] = 99;
  y[12_345] = -99;
  y[70_000] = null;

  it("bounds the number of points and keeps extremes and gaps", () => {
    const [kept, values] = thin([x, y], 0, 99_999, 300);
    expect(kept.length).toBeLessThan(300 * 5);
    expect(kept).toContain(54_321);
    expect(kept).toContain(12_345);
    expect(values).toContain(null);
    expect([...kept].sort((a, b) => a - b)).toEqual(kept);
    expect(kept[0]).toBe(0);
    expect(kept.at(-1)).toBe(99_999);
  });
  it("shows every point of a small range, and one on either side", () => {
    const [kept] = thin([x, y], 100, 110, 300);
    expect(kept).toEqual(x.slice(99, 112));
  });
  it("takes a line without points", () => {
    expect(thin([[], []] as Points, 0, 1, 300)).toEqual([[], []]);
  });
});

describe("pointsOf", () => {
  const tables = { steps: new Table(["step", "loss"]) };
  tables.steps.take(0, new Float64Array([10, 0.5, 20, -1, 30, Infinity, 40, NaN]));

  it("divides steps by those of an epoch", () => {
    expect(pointsOf(line({ scale: 10 }), tables, false)[0]).toEqual([1, 2, 3, 4]);
  });
  it("makes gaps of what cannot be drawn", () => {
    expect(pointsOf(line(), tables, false)[1]).toEqual([0.5, -1, null, null]);
    expect(pointsOf(line(), tables, true)[1]).toEqual([0.5, null, null, null]);
  });
});
