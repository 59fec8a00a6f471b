// A landscape one can look into, with sliders for shots and noise.
import { make } from "../shared/dom";
import { frame, type Model } from "../shared/frame";
import { widget } from "../shared/mount";
import { Grid, type About } from "./grid";
import { Landscape } from "./map";

function render({ model, el }: { model: Model; el: HTMLElement }): () => void {
  const about: About = model.get("about");
  const place = frame(el, model, "Landscape");
  const map = new Landscape(place, about);
  const status = make("p", { class: "qm-number qm-quiet", role: "status" });
  const done = make("div", { class: "qm-done" });
  const progress = make("div", { class: "qm-progress", role: "progressbar", "aria-label": "Computing", "aria-valuemin": 0, "aria-valuemax": 100 }, done);
  place.root.append(map.element, make("p", { class: "qm-caption qm-quiet" }, model.get("caption")));
  if (about.changes) place.root.append(settings(about, model), progress, status);

  const take = (content: any, [buffer]: DataView[]): void => {
    if (content.kind !== "values" || !buffer) return;
    const bytes = buffer.buffer.slice(buffer.byteOffset, buffer.byteOffset + buffer.byteLength);
    map.show(new Grid(content.rows, content.columns, new Float64Array(bytes as ArrayBuffer), about.x, about.y));
  };
  place.follow("status", () => (status.textContent = model.get("status")));
  place.follow("fraction", () => {
    const fraction: number | null = model.get("fraction");
    const percent = (100 * (fraction ?? 0)).toFixed(0);
    progress.style.visibility = fraction === null ? "hidden" : "visible";
    progress.setAttribute("aria-valuenow", percent);
    done.style.width = `${percent}%`;
  });
  model.on("msg:custom", take);
  place.onEnd(() => model.off("msg:custom", take));
  place.onTheme(() => map.rebuild());
  place.onWidth((width) => map.resize(width));
  model.send({ kind: "ready" });
  return () => place.end();
}

function settings(about: About, model: Model): HTMLElement {
  const shots = make("input", { type: "range", min: 0, max: about.shots.length - 1, step: 1, value: 0 });
  const noise = make("input", { type: "range", min: 0, max: about.noisiest, step: 0.005, value: 0 });
  const [many, much] = [make("output", { class: "qm-number" }), make("output", { class: "qm-number" })];
  const chosen = () => ({ shots: about.shots[shots.valueAsNumber] ?? null, depolarizing: noise.valueAsNumber });
  const tell = () => {
    const { shots: n, depolarizing } = chosen();
    many.textContent = n === null ? "exact" : n.toLocaleString("en");
    much.textContent = depolarizing.toFixed(3);
    shots.setAttribute("aria-valuetext", many.textContent);
  };
  for (const slider of [shots, noise]) {
    slider.addEventListener("input", tell);
    slider.addEventListener("change", () => model.send({ kind: "settings", ...chosen() }));
  }
  tell();
  return make(
    "div", { class: "qm-bar" },
    make("label", {}, "shots", shots, many), make("label", {}, "depolarizing noise", noise, much),
  );
}

export default widget(render);
