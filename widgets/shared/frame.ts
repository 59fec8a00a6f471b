// The element that a widget lives in: its colours, its name, and whether the page is light or dark.
import { make } from "./dom";

export interface LineStyle {
  color: string;
  dash: string;
  marker: string;
}

/** What Python's theme says; see qaimagic/drawing/theme.py. */
export interface Look {
  series: LineStyle[];
  /** The colours of phases from 0 round to 2 pi, evenly. */
  phases: string[];
  weight: string;
  data: string;
  font: string;
}

/** The part of anywidget's model that the widgets use. */
export interface Model {
  get(name: string): any;
  set(name: string, value: unknown): void;
  save_changes(): void;
  send(content: unknown): void;
  on(name: string, hear: (...heard: any[]) => void): void;
  off(name: string, hear: (...heard: any[]) => void): void;
}

export interface Frame {
  root: HTMLElement;
  look: Look;
  /** Calls back when a trait changes, until the view is gone; and once at the beginning. */
  follow(names: string | string[], hear: () => void): void;
  /** Calls back when the page turns light or dark, until the view is gone. */
  onTheme(hear: () => void): void;
  /** Calls back with the width to draw for, now and whenever it changes. */
  onWidth(hear: (width: number) => void): void;
  /** Runs when the view is gone. */
  onEnd(end: () => void): void;
  /** Ends everything; return it from a widget's `render`. */
  end(): void;
}

export function frame(el: HTMLElement, model: Model, name: string): Frame {
  const look: Look = model.get("look");
  const root = make("div", { class: "qaimagic", role: "group", "aria-label": name });
  root.style.setProperty("--qm-weight", look.weight);
  root.style.setProperty("--qm-data", look.data);
  root.style.setProperty("--qm-font", look.font);
  // Lab takes arrows and letters for its own shortcuts, unless the element in focus says otherwise.
  root.addEventListener("focusin", ({ target }) => (target as Element).setAttribute("data-lm-suppress-shortcuts", "true"));
  el.replaceChildren(root);
  const ends: (() => void)[] = [];
  return {
    root,
    look,
    follow(names, hear) {
      for (const each of [names].flat()) {
        model.on(`change:${each}`, hear);
        ends.push(() => model.off(`change:${each}`, hear));
      }
      hear();
    },
    onTheme(hear) {
      const observer = new MutationObserver(hear);
      observer.observe(document.body, { attributes: true, attributeFilter: ["class", "data-jp-theme-light", "data-jp-theme-name"] });
      const asked = matchMedia("(prefers-color-scheme: dark)");
      asked.addEventListener("change", hear);
      ends.push(() => observer.disconnect(), () => asked.removeEventListener("change", hear));
    },
    onWidth(hear) {
      let last = 0;
      const observer = new ResizeObserver(() => {
        const width = Math.round(root.clientWidth);
        if (width > 0 && width !== last) hear((last = width));
      });
      observer.observe(root);
      ends.push(() => observer.disconnect());
    },
    onEnd: (end) => ends.push(end),
    end: () => ends.splice(0).forEach((end) => end()),
  };
}

/** The ink of the page at an element, for canvases, which do not know `currentColor`. */
export function inkAt(element: Element): string {
  return getComputedStyle(element).color;
}
