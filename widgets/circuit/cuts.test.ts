import { describe, expect, it } from "vitest";
import { cutsOf, nearest, scrolledTo } from "./cuts";

const box = (x: number, width: number) => ({ x, y: 0, width, height: 10 });

describe("cutsOf", () => {
  it("lie in the middle between the widest gates of two columns", () => {
    expect(cutsOf([[box(20, 10), box(15, 20)], [box(45, 10)]], 0)).toEqual([7, 40, 63]);
  });
  it("are one where nothing happens", () => {
    expect(cutsOf([], 12)).toEqual([12]);
  });
});

describe("nearest", () => {
  it("is the first of two that are as near", () => {
    expect([0, 8, 30, 99].map((x) => nearest([0, 20, 40], x))).toEqual([0, 0, 1, 2]);
  });
});

describe("scrolledTo", () => {
  it("stays where the cursor is in sight", () => {
    expect(scrolledTo(150, 100, 200, 20)).toBe(100);
  });
  it("moves no farther than it must", () => {
    expect(scrolledTo(400, 100, 200, 20)).toBe(220);
    expect(scrolledTo(60, 100, 200, 20)).toBe(40);
    expect(scrolledTo(5, 100, 200, 20)).toBe(0);
  });
});
