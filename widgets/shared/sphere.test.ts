import { describe, expect, it } from "vitest";
import { START, greatCircle, length, project, turned, type Vector } from "./sphere";

const AXES: Vector[] = [[1, 0, 0], [0, 1, 0], [0, 0, 1]];
const VIEWS = [START, { azimuth: -2, elevation: 1.2 }, { azimuth: 4, elevation: -0.7 }];

describe("project", () => {
  it("looks along x from the equator: y to the right, z up", () => {
    const view = { azimuth: 0, elevation: 0 };
    expect(project([1, 0, 0], view)).toEqual({ x: 0, y: 0, depth: 1 });
    expect(project([0, 1, 0], view)).toEqual({ x: 1, y: 0, depth: 0 });
    expect(project([0, 0, 1], view).y).toBe(-1);
  });
  it("turns without stretching", () => {
    for (const view of VIEWS) {
      const { x, y, depth } = project([0.3, -0.5, 0.7], view);
      expect(Math.hypot(x, y, depth)).toBeCloseTo(length([0.3, -0.5, 0.7]), 12);
    }
  });
  it("shows x, y and z apart at first", () => {
    const [x, y, z] = AXES.map((axis) => project(axis, START));
    expect(x!.x).toBeLessThan(-0.3);
    expect(y!.x).toBeGreaterThan(0.7);
    expect(z!.y).toBeLessThan(-0.9);
  });
});

describe("turned", () => {
  it("lets what was grabbed follow the pointer", () => {
    const view = { azimuth: 0, elevation: 0 };
    const after = project([1, 0, 0], turned(view, 0.1, 0.1));
    expect(after.x).toBeCloseTo(Math.sin(0.1), 12);
    expect(after.y).toBeGreaterThan(0.09);
  });
  it("stops above the poles", () => {
    expect(turned(START, 0, 99).elevation).toBe(Math.PI / 2);
    expect(turned(START, 0, -99).elevation).toBe(-Math.PI / 2);
  });
});

/** The ends, radii and turn of an arc `Mx,yArx,ry turn 0 sweep x,y`. */
function arc(path: string): { from: number[]; radii: number[]; turn: number; sweep: number; to: number[] } {
  const numbers = path.match(/-?\d+(\.\d+)?/g)!.map(Number);
  return { from: numbers.slice(0, 2), radii: numbers.slice(2, 4), turn: numbers[4]!, sweep: numbers[6]!, to: numbers.slice(7, 9) };
}

describe("greatCircle", () => {
  it("passes through the other axes, each on the half that it is on", () => {
    for (const view of VIEWS) {
      for (const [i, axis] of AXES.entries()) {
        const { front } = greatCircle(axis, view, 100);
        const { radii, turn, sweep } = arc(front);
        const angle = (turn * Math.PI) / 180;
        for (const other of AXES.filter((_, j) => j !== i)) {
          const spot = project(other, view);
          const along = (100 * (spot.x * Math.cos(angle) + spot.y * Math.sin(angle))) / radii[0]!;
          const across = (100 * (spot.y * Math.cos(angle) - spot.x * Math.sin(angle))) / radii[1]!;
          expect(Math.hypot(along, across)).toBeCloseTo(1, 2);
          // Swept clockwise on the screen, where y points down, an arc bulges to the left of its way.
          if (Math.abs(spot.depth) > 0.05) expect(across < 0 === (sweep === 1)).toBe(spot.depth > 0);
        }
      }
    }
  });
  it("is a whole circle in two halves when seen face on", () => {
    const { front, back } = greatCircle([0, 0, 1], { azimuth: 0.4, elevation: Math.PI / 2 }, 50);
    expect(arc(front).radii).toEqual([50, 50]);
    expect(arc(front).sweep).toBe(1 - arc(back).sweep);
  });
});
