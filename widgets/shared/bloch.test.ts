// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import { BlochSphere, Turning, said, type Arrow } from "./bloch";
import { START } from "./sphere";

const style = { color: "#2478e0", dash: "none", marker: "circle" };
const arrow = (vector: Arrow["vector"], name = ""): Arrow => ({ name, vector, style });

describe("BlochSphere", () => {
  const turning = new Turning();
  const told: string[] = [];
  const sphere = new BlochSphere("wire 0", 200, turning, (words) => told.push(words));
  const other = new BlochSphere("wire 1", 200, turning);
  sphere.show([arrow([0, 0, 0.5])]);
  other.show([arrow([1, 0, 0])]);
  const tip = (of: BlochSphere) => of.element.querySelector(".qm-tip")!;

  it("says what it shows", () => {
    expect(sphere.element.getAttribute("aria-label")).toBe("wire 0; x 0, y 0, z 0.5, length 0.5");
    sphere.element.dispatchEvent(new Event("pointerenter"));
    expect(told.at(-1)).toContain("length 0.5");
  });
  it("draws an arrow as long as its vector", () => {
    expect(Number(tip(sphere).getAttribute("cy"))).toBeCloseTo(-0.5 * 74 * Math.cos(START.elevation), 6);
  });
  it("turns with the others by the arrow keys, and back", () => {
    const before = tip(other).getAttribute("cx");
    sphere.element.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight" }));
    expect(turning.view.azimuth).toBeCloseTo(START.azimuth - Math.PI / 24, 12);
    expect(tip(other).getAttribute("cx")).not.toBe(before);
    sphere.element.dispatchEvent(new KeyboardEvent("keydown", { key: "Home" }));
    expect(tip(other).getAttribute("cx")).toBe(before);
  });
});

describe("said", () => {
  it("names the arrow, and calls rounding zero", () => {
    expect(said(arrow([1e-9, -0.6, 0.8], "encoder"))).toBe("encoder: x 0, y −0.6, z 0.8, length 1");
  });
});
