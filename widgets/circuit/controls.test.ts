import { describe, expect, it } from "vitest";
import { chosen, fixed, labelled, spanOf } from "./controls";

const controls = ["inputs[0]", "inputs[1]", "theta[0,1]", "theta[1,1]"].map((label) => ({ label, group: label.split("[")[0]! }));

describe("chosen", () => {
  it("keeps a group, and what is typed of a name, in Greek or not", () => {
    expect(chosen(controls, "", "")).toEqual([0, 1, 2, 3]);
    expect(chosen(controls, "theta", "")).toEqual([2, 3]);
    expect(chosen(controls, "", "THETA[1")).toEqual([3]);
    expect(chosen(controls, "", "θ[0, 1")).toEqual([2]);
    expect(chosen(controls, "inputs", "theta")).toEqual([]);
  });
});

describe("labelled", () => {
  it("is as it is drawn", () => {
    expect([labelled("theta[0,1]"), labelled("inputs[0]"), labelled("theta_x")]).toEqual(["θ[0,1]", "inputs[0]", "θ_x"]);
  });
});

describe("spanOf", () => {
  it("is a whole turn, or more where a value is larger", () => {
    expect([0, -3, 6.2, -10].map(spanOf)).toEqual([6.28, 6.28, 6.28, 15]);
  });
});

describe("fixed", () => {
  it("keeps numbers in line, and nothing without a sign", () => {
    expect([1.5, -0.58824, -0.0001, 0].map(fixed)).toEqual(["1.500", "−0.588", "0.000", "0.000"]);
  });
});
