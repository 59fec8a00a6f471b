// The circuit explorer: a cursor in time over the drawing, sliders, the state and the gate looked at.
import { make } from "../shared/dom";
import { frame, type Model } from "../shared/frame";
import { widget } from "../shared/mount";
import { short } from "../shared/numbers";
import { Asking } from "./asking";
import { GatePanel } from "./gate";
import { readSight, type Sight } from "./sight";
import { Sliders } from "./sliders";
import { StatePanel } from "./state";
import { Strip } from "./strip";

const PATIENCE = 1500;

function render({ model, el }: { model: Model; el: HTMLElement }): () => void {
  const place = frame(el, model, "Circuit explorer");
  const asking = new Asking((message) => model.send(message));
  let pinned: number | null = null;
  let sight: Sight | undefined;

  const last = () => (model.get("columns") as number[][]).length;
  const column = () => asking.about.column ?? last();
  const look = (wanted: number) => {
    asking.ask({ column: wanted });
    follow();
  };
  const choose = (gate: number) => {
    pinned = gate;
    const columns: number[][] = model.get("columns");
    asking.ask({ gate, column: 1 + columns.findIndex((places) => places.includes(gate)) });
    follow();
  };
  const strip = new Strip({
    onColumn: look,
    onGate: choose,
    onHover: (gate) => asking.ask({ gate: gate ?? pinned }),
  });
  const time = make("input", { type: "range", min: 0, step: 1, "aria-label": "Moment" });
  const where = make("span", { class: "qm-number qm-quiet" });
  time.addEventListener("input", () => look(time.valueAsNumber));
  const follow = () => {
    time.max = String(last());
    time.value = String(column());
    where.textContent = `after column ${column()} of ${last()}`;
    time.setAttribute("aria-valuetext", where.textContent);
    strip.place(column(), asking.about.gate);
  };

  const output = make("select", { "aria-label": "Gradient of" });
  output.addEventListener("change", () => asking.ask({ output: output.value === "" ? null : Number(output.value) }));
  const answer = make("span", { class: "qm-number" });
  const outputs = make("label", {}, "gradient of", output, answer);
  const sliders = new Sliders((at, value) => asking.move(at, value), () => asking.reset());
  const state = new StatePanel(place);
  const gate = new GatePanel();
  const trouble = make("p", { class: "qm-trouble", role: "alert", hidden: true });
  const told = make("output", { class: "qm-unseen", "aria-live": "polite" });
  place.root.append(
    make("div", { class: "qm-bar" }, make("label", {}, "moment", time), where, outputs),
    strip.element, trouble,
    make("div", { class: "qm-panels" }, make("div", { class: "qm-left" }, sliders.element, gate.element), state.element),
    told,
  );

  const show = (found: Sight) => {
    sight = found;
    trouble.hidden = true;
    sliders.show(found.values, found.gradients);
    state.show(found);
    gate.show(found, model.get("gates"), model.get("controls"));
    const chosen = asking.about.output;
    const value = chosen === null ? found.answers.reduce((sum, one) => sum + one, 0) : found.answers[chosen];
    answer.textContent = found.answers.length ? `= ${short(value, 4)}` : "";
    outputs.hidden = !found.answers.length;
    told.textContent = `After column ${found.column} of ${last()}: ${state.words}.`;
    place.root.dataset.serial = String(serial);
  };
  let serial = 0;
  let isAnswered = false;
  const take = (content: any, buffers: DataView[]): void => {
    if (content.kind !== "sight" && content.kind !== "error") return;
    isAnswered = true;
    serial = content.serial;
    if (content.kind === "sight") show(readSight(content, buffers));
    else {
      trouble.hidden = false;
      trouble.textContent = content.message;
    }
    asking.answered(serial);
    follow();
  };

  place.follow(["controls", "data"], () => sliders.setUp(model.get("controls"), model.get("data")));
  place.follow("wires", () => state.setUp(model.get("wires")));
  place.follow("outputs", () => {
    const names: string[] = model.get("outputs");
    output.replaceChildren(
      make("option", { value: "" }, names.length > 1 ? "the sum of all answers" : "the answer"),
      ...(names.length > 1 ? names : []).map((name, at) => make("option", { value: at }, name)),
    );
  });
  place.follow(["svg", "columns"], () => {
    strip.show(model.get("svg"), model.get("columns"));
    follow();
  });
  model.on("msg:custom", take);
  place.onEnd(() => model.off("msg:custom", take));
  const repeating = setInterval(() => (isAnswered ? clearInterval(repeating) : asking.repeat()), PATIENCE);
  place.onEnd(() => clearInterval(repeating));
  place.onTheme(() => sight && state.show(sight));
  place.onWidth(() => strip.measure());
  asking.ask();
  return () => place.end();
}

export default widget(render);
