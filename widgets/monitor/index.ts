// The training monitor: how far a run is, its curves, and the buttons that stop and pause it.
import { button, make } from "../shared/dom";
import { frame as framed, inkAt, type Model } from "../shared/frame";
import { widget } from "../shared/mount";
import { Chart, type View } from "./chart";
import { Table, type Panel } from "./series";

const GAP = 24;
const NARROW = 640;
const PATIENCE = 150;

/** The numbers that a view was told; a view that comes later asks for all of them. */
class Store {
  readonly tables: Record<string, Table> = {};

  constructor(
    private readonly model: Model,
    private readonly changed: () => void,
  ) {}

  get isTold(): boolean {
    return Object.keys(this.tables).length > 0;
  }

  readonly take = (content: any, [buffer]: DataView[]): void => {
    if (content.kind !== "rows" || !buffer) return;
    const table = (this.tables[content.table] ??= new Table(content.columns));
    const bytes = buffer.buffer.slice(buffer.byteOffset, buffer.byteOffset + buffer.byteLength);
    const complete = table.take(content.start, new Float64Array(bytes as ArrayBuffer));
    if (!complete) ask(this.model);
    this.changed();
  };
}

/** Tells the kernel that someone listens, and has missed what it said so far. */
function ask(model: Model): void {
  model.send({ kind: "ready" });
}

function render({ model, el }: { model: Model; el: HTMLElement }): () => void {
  const place = framed(el, model, "monitor", "Training");
  const view: View = { log: false, keep: 0 };

  const lines = make("div");
  const done = make("div", { class: "qm-done" });
  const progress = make("div", { class: "qm-progress", role: "progressbar", "aria-label": "Training", "aria-valuemin": 0, "aria-valuemax": 100 }, done);
  const status = make("p", { class: "qm-number" });
  const pause = button("Pause", () => model.send({ kind: model.get("state") === "paused" ? "resume" : "pause" }));
  const stop = button("Stop", () => {
    stop.disabled = true;
    model.send({ kind: "stop" });
  });
  const log = make("input", { type: "checkbox" });
  const smoothing = make("input", { type: "range", min: 0, max: 0.99, step: 0.01, value: 0 });
  const bar = make(
    "div", { class: "qm-bar" }, pause, stop,
    make("label", {}, log, "log scale"), make("label", {}, "smoothing", smoothing),
  );
  const alarms = make("div", { role: "log", "aria-label": "Alarms" });
  const charts = make("div", { class: "qm-charts" });
  const glimpse = make("img", { class: "qm-glimpse", hidden: true });
  place.root.append(lines, progress, status, bar, alarms, charts, glimpse);

  let drawn: Chart[] = [];
  let width = 0;
  let frame = 0;
  const draw = () => {
    frame = 0;
    const panels: Panel[] = model.get("panels");
    while (drawn.length < panels.length) {
      const chart = new Chart(place);
      drawn.push(chart);
      charts.append(chart.element);
    }
    if (!width) return;
    const columns = width < NARROW ? 1 : Math.max(1, Math.min(2, panels.length));
    charts.style.setProperty("--qm-columns", String(columns));
    panels.forEach((panel, i) => drawn[i]!.draw(panel, store.tables, view, Math.floor((width - GAP * (columns - 1)) / columns)));
  };
  const redraw = () => {
    frame ||= requestAnimationFrame(draw);
  };
  const store = new Store(model, redraw);
  const showGlimpse = () => {
    const { svg, text } = model.get("glimpse") as { svg?: string; text?: string };
    glimpse.hidden = !svg;
    if (!svg) return;
    // As an image no script in it runs; an image does not know the page's ink.
    const inked = svg.replaceAll("currentColor", inkAt(place.root));
    glimpse.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(inked)}`;
    glimpse.alt = text ?? "";
  };

  log.addEventListener("change", () => ((view.log = log.checked), redraw()));
  smoothing.addEventListener("input", () => ((view.keep = smoothing.valueAsNumber), redraw()));
  place.follow("lines", () => lines.replaceChildren(...model.get("lines").map((line: string) => make("p", {}, line))));
  place.follow("alarms", () =>
    alarms.replaceChildren(
      ...model.get("alarms").map(({ title, message }: { title: string; message: string }) =>
        make("p", { class: "qm-alarm" }, make("strong", {}, `Alarm: ${title}.`), ` ${message}`),
      ),
    ),
  );
  place.follow("status", () => (status.textContent = model.get("status")));
  place.follow("fraction", () => {
    const fraction: number | null = model.get("fraction");
    const percent = (100 * (fraction ?? 0)).toFixed(1);
    progress.hidden = fraction === null;
    progress.setAttribute("aria-valuenow", percent);
    done.style.width = `${percent}%`;
  });
  place.follow("state", () => {
    const state: string = model.get("state");
    pause.textContent = state === "paused" ? "Resume" : "Pause";
    pause.disabled = stop.disabled = state === "stopping";
    const course = [lines, progress, status, pause, stop, alarms, glimpse];
    for (const part of state === "ended" ? course : []) part.remove();
  });
  place.follow("panels", redraw);
  place.follow("glimpse", showGlimpse);
  model.on("msg:custom", store.take);
  place.onEnd(() => model.off("msg:custom", store.take));
  // The first message may reach the shell that is busy with the cell, before Lab has made another.
  const asking = setInterval(() => (store.isTold ? clearInterval(asking) : ask(model)), PATIENCE);
  place.onEnd(() => {
    clearInterval(asking);
    cancelAnimationFrame(frame);
  });
  ask(model);
  place.onTheme(() => {
    drawn.forEach((chart) => chart.rebuild());
    showGlimpse();
  });
  place.onWidth((found) => ((width = found), redraw()));
  return () => place.end();
}

export default widget(render);
