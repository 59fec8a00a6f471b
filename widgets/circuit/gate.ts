// The gate that is looked at: what it is, what turns it, its matrix.
import { make } from "../shared/dom";
import { short } from "../shared/numbers";
import { inPi, inWords } from "../shared/phases";
import { labelled, steady, type Control } from "./controls";
import { rowsOf, type Sight } from "./sight";

export interface Gate {
  words: string;
  parameters: string[];
  /** For each parameter the places of the values that it depends on. */
  controls: number[][];
}

const ASK = "Point at a gate, or go to one with the arrow keys, for its matrix.";

export class GatePanel {
  readonly element: HTMLElement;
  private readonly about = make("div");

  constructor() {
    this.element = make("section", { class: "qm-gate", "aria-label": "Gate" }, make("strong", {}, "Gate"), this.about);
    this.about.append(make("p", { class: "qm-quiet" }, ASK));
  }

  show(sight: Sight, gates: Gate[], controls: Control[]): void {
    const gate = sight.gate === null ? undefined : gates[sight.gate];
    if (!gate) {
      this.about.replaceChildren(make("p", { class: "qm-quiet" }, ASK));
      return;
    }
    const parameters = gate.parameters.map((label, place) => {
      const value = sight.parameters[place];
      const known = value === null || value === undefined || label === String(value) ? "" : ` = ${short(value, 4)} = ${inPi(value)}`;
      const slopes = (gate.controls[place] ?? []).flatMap((control) => {
        const slope = sight.gradients[control];
        const name = controls[control]!.label;
        return slope === undefined ? [] : [`gradient ${name === label ? "" : `by ${labelled(name)} `}${short(steady(slope))}`];
      });
      return make("p", { class: "qm-number" }, [labelled(label) + known, ...slopes].join(", "));
    });
    this.about.replaceChildren(make("p", {}, labelled(gate.words)), ...parameters, matrix(sight.matrix));
  }
}

function matrix(pairs: Float32Array): HTMLElement {
  const rows = rowsOf(pairs);
  if (!rows.length) return make("p", { class: "qm-quiet" }, "Its matrix is too large to show, or it has none.");
  const table = make(
    "table", { class: "qm-matrix", "aria-label": "Matrix" },
    make("tbody", {}, ...rows.map((row) => make("tr", {}, ...row.map((entry) => make("td", {}, inWords(entry)))))),
  );
  return make("div", { class: "qm-table", tabindex: 0, role: "region", "aria-label": "Matrix" }, table);
}
