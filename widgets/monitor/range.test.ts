import { describe, expect, it } from "vitest";
import { decades, roomy } from "./range";

describe("the range of an axis", () => {
  it("holds the values and a bit more", () => {
    const [low, high] = roomy(null, 0.42, 0.97);
    expect(low).toBeLessThan(0.42);
    expect(high).toBeGreaterThan(0.97);
    expect(high! - low!).toBeLessThan(0.8);
    expect(decades(null, 0.02, 0.7)).toEqual([0.02, 1]);
  });
  it("is there before the values are", () => {
    expect(roomy(null, null, null)).toEqual([0, 1]);
    expect(decades(null, null, null)).toEqual([0.1, 1]);
  });
});
