import { describe, expect, it } from "vitest";
import { Grid, contourLines, picked, shades } from "./grid";

/** x + 10 y over 5 columns and 3 rows. */
const slope = () => {
  const values = Float64Array.from({ length: 15 }, (_, i) => (i % 5) + 10 * Math.floor(i / 5));
  return new Grid(3, 5, values, [0, 4], [0, 2]);
};

describe("Grid", () => {
  it("knows values, places, and the cell nearest to a point", () => {
    const grid = slope();
    expect(grid.at({ row: 2, column: 3 })).toBe(23);
    expect(grid.place({ row: 2, column: 3 })).toEqual([3, 2]);
    expect(grid.cellAt(2.6, 0.4)).toEqual({ row: 0, column: 3 });
    expect(grid.cellAt(-99, 99)).toEqual({ row: 2, column: 0 });
  });
  it("reaches half a cell beyond its points", () => {
    expect(slope().frame).toEqual({ x: [-0.5, 4.5], y: [-0.5, 2.5] });
  });
  it("finds the lowest value and passes over gaps", () => {
    const grid = new Grid(2, 2, new Float64Array([NaN, 3, -1, -1]), [0, 1], [0, 1]);
    expect(grid.lowest()).toEqual({ row: 1, column: 0 });
    const empty = new Grid(2, 2, new Float64Array([NaN, NaN, Infinity, NaN]), [0, 1], [0, 1]);
    expect(empty.lowest()).toBeUndefined();
  });
  it("stays inside when stepping", () => {
    expect(slope().step({ row: 0, column: 4 }, 1, -1)).toEqual({ row: 0, column: 4 });
    expect(slope().step({ row: 0, column: 4 }, -1, 1)).toEqual({ row: 1, column: 3 });
  });
});

describe("shades", () => {
  it("spreads colours over the span, keeps what lies beyond at its ends, and leaves gaps", () => {
    expect([...shades(new Float64Array([0, 0.49, 0.5, 1, 7, -7, NaN]), [0, 1], 2)]).toEqual([0, 0, 1, 1, 1, 0, -1]);
  });
});

describe("contourLines", () => {
  it("lie where a linear function has the level, and not on the frame", () => {
    const [line, ...others] = contourLines(slope(), 12.5);
    expect(others).toEqual([]);
    for (const [x, y] of line!) expect(x + 10 * y).toBeCloseTo(12.5, 9);
  });
  it("close around a peak", () => {
    const values = Float64Array.from({ length: 81 }, (_, i) => Math.hypot((i % 9) - 4, Math.floor(i / 9) - 4));
    const [line] = contourLines(new Grid(9, 9, values, [-4, 4], [-4, 4]), 2);
    expect(line![0]).toEqual(line!.at(-1));
    for (const [x, y] of line!) expect(Math.hypot(x, y)).toBeCloseTo(2, 0);
  });
});

describe("picked", () => {
  it("takes few rows evenly, and all where there are few", () => {
    expect(picked(41, 11)).toEqual([0, 4, 8, 12, 16, 20, 24, 28, 32, 36, 40]);
    expect(picked(3, 11)).toEqual([0, 1, 2]);
  });
});
