// The state viewer: spheres to turn, amplitudes and probabilities to read, shots to draw anew.
import { BlochSphere, Turning } from "../shared/bloch";
import { button, make, svg, unfold } from "../shared/dom";
import { frame, type Frame, type Model } from "../shared/frame";
import { widget } from "../shared/mount";
import { START } from "../shared/sphere";
import { Bars } from "./bars";
import { Disks } from "./disks";
import { headline, lengthWords, table, wordsOfBasis, type Sample, type Scene } from "./scene";

const SPHERE = 164;
const HINT = "Point at something, or go through it with the arrow keys, to read it.";

function render({ model, el }: { model: Model; el: HTMLElement }): () => void {
  const place = frame(el, model, "state", "State");
  const scene: Scene = model.get("scene");
  const samples = (): Sample[] => model.get("samples");
  const told = make("p", { class: "qm-told qm-number", "aria-live": "polite" }, HINT);
  const tell = (words: string) => (told.textContent = words);
  const mark = (basis: number) => {
    bars.mark(basis);
    scene.states.forEach((seen, i) => seen.amplitudes && disks[i]!.mark(basis));
  };

  const bars = new Bars(place, scene, (basis) => {
    mark(basis);
    tell(wordsOfBasis(scene, samples(), basis));
  });
  const many = scene.states.length > 1;
  const disks = scene.states.map((seen) => {
    const title = many ? seen.heading.replace(":", ` of ${seen.name}:`) : seen.heading;
    return new Disks(place, seen, title, (words, basis) => {
      if (basis !== undefined) mark(basis);
      tell(many ? `${seen.name}, ${words}` : words);
    });
  });
  const notes = make("p", { class: "qm-quiet" }, scene.note);
  notes.hidden = !scene.note;
  place.root.append(
    legend(place, scene), spheres(place, scene, tell),
    ...disks.flatMap((each) => [heading(each.element.getAttribute("aria-label")!), each.element]),
    heading("Probabilities; shots with Wilson's 95 % interval"), shotsBar(model, samples), bars.element,
    told, notes, unfold("Data", () => table(scene, samples())),
  );

  let width = 0;
  place.onWidth((found) => {
    width = found;
    disks.forEach((each) => each.draw(width));
    bars.draw(samples(), width);
  });
  place.follow("samples", () => width && bars.draw(samples(), width));
  place.onTheme(() => bars.rebuild());
  return () => place.end();
}

function heading(words: string): HTMLElement {
  return make("p", { class: "qm-heading" }, words);
}

function legend(place: Frame, scene: Scene): HTMLElement {
  const swatches = scene.states.length > 1
    ? scene.states.map((seen, i) => {
        const { color, dash } = place.look.series[i]!;
        const line = svg("line", { x1: 1, x2: 27, y1: 5, y2: 5, stroke: color, "stroke-width": 2.4, "stroke-dasharray": dash === "none" ? undefined : dash });
        return make("span", { class: "qm-entry" }, svg("svg", { width: 28, height: 10, "aria-hidden": "true" }, line), seen.name);
      })
    : [];
  return make("div", { class: "qm-bar" }, ...swatches, make("strong", {}, headline(scene)));
}

function spheres(place: Frame, scene: Scene, tell: (words: string) => void): HTMLElement {
  const turning = new Turning();
  const figures = scene.wires.map((wire, i) => {
    const sphere = new BlochSphere(`wire ${wire}`, SPHERE, turning, tell);
    sphere.show(
      scene.states.map((seen, j) => ({
        name: scene.states.length > 1 ? seen.name : "", vector: seen.bloch[i]!, style: place.look.series[j]!,
      })),
    );
    return make("figure", {}, sphere.element, make("figcaption", {}, `wire ${wire}`, make("br"), lengthWords(scene, i)));
  });
  const back = button("Turn back", () => turning.set(START));
  return make(
    "section", { "aria-label": "Bloch spheres" },
    make("div", { class: "qm-bar" }, heading(scene.spheres), make("span", { class: "qm-quiet" }, "Drag, or use the arrow keys, to turn."), back),
    make("div", { class: "qm-spheres" }, ...figures),
  );
}

function shotsBar(model: Model, samples: () => Sample[]): HTMLElement {
  const number = make("input", { type: "number", min: 1, max: 1_000_000_000, step: 1, value: samples()[0]?.shots ?? 1000 });
  const draw = button("Draw shots", () => {
    if (number.checkValidity() && number.value) model.send({ kind: "shots", shots: number.valueAsNumber });
    else number.reportValidity();
  });
  return make("div", { class: "qm-bar" }, make("label", {}, "shots", number), draw);
}

export default widget(render);
