import { describe, expect, it } from "vitest";
import { cells, headline, lengthWords, moved, table, wordsOfBasis, wordsOfCell, type Sample, type Scene } from "./scene";

const half = Math.SQRT1_2;
const bell: Scene = {
  wires: ["0", "1"], kets: ["|00⟩", "|01⟩", "|10⟩", "|11⟩"], fidelity: null, spheres: "", note: "",
  states: [{
    name: "bell", bloch: [[0, 0, 0], [0, 0, 0]], probabilities: [0.5, 0, 0, 0.5], purity: 1,
    amplitudes: [[half, 0], [0, 0], [0, 0], [0, -half]], matrix: null, rows: ["|00⟩", "|01⟩", "|10⟩", "|11⟩"],
    full: half, heading: "Amplitudes: ...",
  }],
};
const coin: Scene = {
  wires: ["a"], kets: ["|0⟩", "|1⟩"], fidelity: 0.5, spheres: "", note: "",
  states: ["coin", "other"].map((name) => ({
    name, bloch: [[0, 0, 0]], probabilities: [0.5, 0.5], purity: 0.5, amplitudes: null, matrix: [[[0.5, 0], [0, 0.25]], [[0, -0.25], [0.5, 0]]],
    rows: ["|0⟩", "|1⟩"], full: 0.5, heading: "Density matrix: ...",
  })),
};
const sample: Sample = { shots: 1000, counts: [490, 0, 0, 510], low: [0.459, 0, 0, 0.479], high: [0.521, 0.004, 0.004, 0.541] };

describe("cells", () => {
  it("are amplitudes, read with size and phase", () => {
    expect(cells(bell.states[0]!).map(wordsOfCell)).toEqual([
      "|00⟩: 0.7071, size 0.707, phase 0", "|01⟩: 0, size 0", "|10⟩: 0, size 0", "|11⟩: −0.7071i, size 0.707, phase −π/2",
    ]);
  });
  it("or a density matrix, row by row", () => {
    const found = cells(coin.states[0]!);
    expect(found.map(({ name }) => name)).toEqual(["|0⟩⟨0|", "|0⟩⟨1|", "|1⟩⟨0|", "|1⟩⟨1|"]);
    expect(wordsOfCell(found[1]!)).toBe("|0⟩⟨1|: 0.25i, size 0.25, phase π/2");
  });
});

describe("wordsOfBasis", () => {
  it("tells the probability, and shots with their interval", () => {
    expect(wordsOfBasis(bell, [], 0)).toBe("|00⟩: probability 0.5");
    expect(wordsOfBasis(bell, [sample], 3)).toBe("|11⟩: probability 0.5, 510 of 1,000 shots, 95 % interval 0.479 to 0.541");
  });
  it("tells a pair apart by name", () => {
    expect(wordsOfBasis(coin, [], 1)).toBe("|1⟩: coin probability 0.5; other probability 0.5");
  });
});

describe("headline", () => {
  it("says what is pure, what is mixed, and how alike a pair is", () => {
    expect(headline(bell)).toBe("bell: pure");
    expect(headline(coin)).toBe("coin: mixed, purity 0.5; other: mixed, purity 0.5; fidelity 0.5");
  });
  it("takes what rounding leaves of a zero for one", () => {
    const apart = { ...coin, fidelity: 5e-34, states: coin.states.map((seen) => ({ ...seen, probabilities: [1, 2e-33] })) };
    expect(headline(apart)).toMatch(/fidelity 0$/);
    expect(wordsOfBasis(apart, [], 1)).toBe("|1⟩: coin probability 0; other probability 0");
    expect(table(apart, []).body[1]).toEqual(["|1⟩", "0", "0"]);
    expect(headline({ ...coin, fidelity: 3e-6 })).toMatch(/fidelity 3e−6$/);
  });
  it("tells lengths in the order of the states", () => {
    expect(lengthWords(coin, 0)).toBe("length 0.00 and 0.00");
  });
});

describe("moved", () => {
  it("goes through a grid and stays within it", () => {
    expect(moved("ArrowRight", 0, 4, 8)).toBe(1);
    expect(moved("ArrowDown", 1, 4, 8)).toBe(5);
    expect(moved("ArrowUp", 1, 4, 8)).toBe(1);
    expect(moved("ArrowRight", 7, 4, 8)).toBe(7);
    expect([moved("Home", 5, 4, 8), moved("End", 5, 4, 8)]).toEqual([0, 7]);
    expect(moved("Tab", 5, 4, 8)).toBeUndefined();
  });
});

describe("table", () => {
  it("has a row for each basis state", () => {
    const { head, body } = table(bell, [sample]);
    expect(head).toEqual(["basis state", "amplitude", "probability", "shots", "95 % interval"]);
    expect(body[3]).toEqual(["|11⟩", "−0.7071i", "0.5", "510", "0.479 to 0.541"]);
  });
  it("has no amplitudes of mixed states", () => {
    expect(table(coin, []).head).toEqual(["basis state", "probability of coin", "probability of other"]);
  });
});
