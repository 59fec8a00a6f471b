// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import { disk, inPi, inWords, ket, phase, phaseColor } from "./phases";

const look = { phases: ["right", "up", "left", "down"] };

describe("phase", () => {
  it("goes counter-clockwise from the positive numbers", () => {
    expect(phase({ re: 0, im: 1 })).toBeCloseTo(Math.PI / 2, 12);
    expect(phase({ re: 0, im: -1 })).toBeCloseTo(-Math.PI / 2, 12);
  });
  it("of a negative number is π whatever was rounded", () => {
    expect(phase({ re: -1, im: -1e-17 })).toBe(Math.PI);
    expect(phase({ re: -1, im: 0 })).toBe(Math.PI);
  });
});

describe("words", () => {
  it("tell fractions of π", () => {
    expect([0, Math.PI, -Math.PI / 2, (3 * Math.PI) / 4, 1].map(inPi)).toEqual(["0", "π", "−π/2", "3π/4", "0.318π"]);
  });
  it("tell complex numbers", () => {
    expect(inWords({ re: 0.5, im: 0 })).toBe("0.5");
    expect(inWords({ re: 1e-17, im: -0.5 })).toBe("−0.5i");
    expect(inWords({ re: -0.25, im: 0.1 })).toBe("−0.25 + 0.1i");
  });
  it("tell basis states, wire 0 first", () => {
    expect(ket(2, 3)).toBe("|010⟩");
  });
});

describe("phaseColor", () => {
  it("goes round the wheel once", () => {
    expect([0, Math.PI / 2, Math.PI, -Math.PI, -Math.PI / 2, 7].map((angle) => phaseColor(angle, look))).toEqual(
      ["right", "up", "left", "left", "down", "right"],
    );
  });
});

describe("disk", () => {
  const part = (value: { re: number; im: number }, name: string) => disk(value, 1, 20, look).querySelector(`.${name}`);

  it("has an area like the probability, and a hand at the phase", () => {
    expect(Number(part({ re: 0, im: 0.5 }, "qm-disk")!.getAttribute("r"))).toBeCloseTo(10, 12);
    expect(Number(part({ re: 0, im: 0.5 }, "qm-hand")!.getAttribute("y2"))).toBeCloseTo(-20, 12);
  });
  it("is an empty ring for nothing", () => {
    expect(part({ re: 0, im: 0 }, "qm-disk")).toBeNull();
    expect(disk({ re: 0, im: 0 }, 0, 20, look).querySelectorAll("circle")).toHaveLength(1);
  });
});
