// A slider for each input and weight, with the gradient by it.
import { button, make } from "../shared/dom";
import { short } from "../shared/numbers";
import { chosen, fixed, labelled, spanOf, steady, type Control } from "./controls";

const FIRST = 24;

interface Row {
  element: HTMLElement;
  slider: HTMLInputElement;
  value: HTMLElement;
  gradient: HTMLElement;
  bar: HTMLElement;
}

export class Sliders {
  readonly element: HTMLElement;
  private readonly group = make("select", { "aria-label": "Which values" });
  private readonly filter = make("input", { type: "search", placeholder: "filter", "aria-label": "Filter values by name" });
  private readonly list = make("div", { class: "qm-sliders" });
  private readonly more: HTMLButtonElement;
  private controls: Control[] = [];
  private data: string[] = [];
  private rows = new Map<number, Row>();
  private most = FIRST;
  private values: Float32Array = new Float32Array();
  private gradients: Float32Array = new Float32Array();
  private held: number | undefined;

  constructor(private readonly onMove: (place: number, value: number) => void, onReset: () => void) {
    this.more = button("More", () => {
      this.most += FIRST;
      this.fillList();
    });
    this.group.addEventListener("change", () => this.again());
    this.filter.addEventListener("input", () => this.again());
    const reset = button("Back to the layer's weights", onReset);
    this.element = make(
      "section", { "aria-label": "Inputs and weights" },
      make("div", { class: "qm-bar" }, make("strong", {}, "Inputs and weights"), this.group, this.filter),
      this.list, make("div", { class: "qm-bar" }, this.more, reset),
    );
  }

  setUp(controls: Control[], data: string[]): void {
    [this.controls, this.data] = [controls, data];
    const groups = [...new Set(controls.map((control) => control.group))];
    this.group.replaceChildren(...["all", ...groups].map((name, place) => make("option", { value: place ? name : "" }, labelled(name))));
    this.group.hidden = groups.length < 2;
    this.filter.hidden = controls.length <= FIRST;
    this.again();
  }

  show(values: Float32Array, gradients: Float32Array): void {
    [this.values, this.gradients] = [values, gradients];
    const largest = gradients.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    for (const [place, row] of this.rows) this.fill(place, row, largest);
  }

  private again(): void {
    this.most = FIRST;
    this.fillList();
  }

  private fillList(): void {
    const found = chosen(this.controls, this.group.value, this.filter.value);
    this.rows = new Map(found.slice(0, this.most).map((place) => [place, this.row(place)]));
    this.list.replaceChildren(heading(), ...[...this.rows.values()].map((row) => row.element));
    const left = found.length - this.rows.size;
    this.more.hidden = left <= 0;
    this.more.textContent = `More (${left} left)`;
    this.show(this.values, this.gradients);
  }

  private row(place: number): Row {
    const { label, group } = this.controls[place]!;
    const name = labelled(label);
    const slider = make("input", { type: "range", step: 0.01, "aria-label": name });
    const value = make("span", { class: "qm-number" });
    const gradient = make("span", { class: "qm-number" });
    const bar = make("span", { class: "qm-gradient" });
    const role = this.data.includes(group) ? "qm-data" : "qm-weight";
    slider.addEventListener("input", () => {
      value.textContent = fixed(slider.valueAsNumber);
      slider.setAttribute("aria-valuetext", fixed(slider.valueAsNumber));
      this.onMove(place, slider.valueAsNumber);
    });
    // While it is held, it goes where the hand goes and not where an earlier answer was.
    slider.addEventListener("pointerdown", () => (this.held = place));
    slider.addEventListener("pointerup", () => (this.held = undefined));
    slider.addEventListener("pointercancel", () => (this.held = undefined));
    const element = make("div", { class: `qm-slider ${role}` }, make("span", { class: "qm-name" }, name), slider, value, gradient, bar);
    return { element, slider, value, gradient, bar };
  }

  private fill(place: number, row: Row, largest: number): void {
    const [value, gradient] = [this.values[place], this.gradients[place]];
    if (value !== undefined && this.held !== place) {
      const span = String(spanOf(value));
      if (row.slider.max !== span) [row.slider.min, row.slider.max] = [`-${span}`, span];
      row.slider.value = String(value);
      row.value.textContent = fixed(value);
      row.slider.setAttribute("aria-valuetext", fixed(value));
    }
    row.gradient.textContent = gradient === undefined ? "" : short(steady(gradient));
    row.gradient.title = gradient === undefined ? "" : `gradient by ${labelled(this.controls[place]!.label)}`;
    const share = gradient === undefined || !largest ? 0 : gradient / largest;
    row.bar.style.setProperty("--qm-from", `${share < 0 ? 50 * (1 + share) : 50}%`);
    row.bar.style.setProperty("--qm-size", `${50 * Math.abs(share)}%`);
  }
}

function heading(): HTMLElement {
  const words = ["", "", "value", "gradient", ""].map((word) => make("span", {}, word));
  return make("div", { class: "qm-slider qm-quiet", "aria-hidden": "true" }, ...words);
}
