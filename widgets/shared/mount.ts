// Brings a picture in the notebook to life. What is saved is the picture alone: opened again without
// a kernel it is seen as it is, where the view of a widget would be an error.
import { make } from "./dom";
import type { Model } from "./frame";

export type Render = (place: { model: Model; el: HTMLElement }) => () => void;

/** A widget's module: alive in the place of its picture, or as a view of its own. */
export function widget(render: Render): { initialize: (made: { model: Model }) => () => void; render: Render } {
  return { initialize: ({ model }) => enliven(model, render), render };
}

function enliven(model: Model, render: Render): () => void {
  const alive = new Map<Element, () => void>();
  const selector = `[data-qaimagic="${CSS.escape(model.get("key"))}"]`;
  let frame = 0;

  const look = () => {
    frame = 0;
    for (const [place, end] of alive) {
      if (!place.isConnected) {
        alive.delete(place);
        end();
      }
    }
    for (const place of document.querySelectorAll(selector)) {
      if (!alive.has(place)) alive.set(place, mount(place, model, render));
    }
  };
  const observer = new MutationObserver(() => {
    frame ||= requestAnimationFrame(look);
  });
  const end = () => {
    observer.disconnect();
    cancelAnimationFrame(frame);
    for (const unmount of alive.values()) unmount();
    alive.clear();
  };
  observer.observe(document.body, { childList: true, subtree: true });
  // The kernel was restarted or is gone: nobody answers any more.
  model.on("comm_live_update", () => end());
  look();
  return end;
}

function mount(place: Element, model: Model, render: Render): () => void {
  const el = make("div");
  place.append(el);
  let end: () => void;
  try {
    end = render({ model, el });
  } catch (error) {
    // What cannot be brought to life stays the picture that it is.
    console.error(error);
    el.remove();
    return () => {};
  }
  // Not by the attribute `hidden`: an SVG does not mind it.
  const picture = pictureIn(place, el).map((part) => ({ part, shown: part.style.display }));
  picture.forEach(({ part }) => (part.style.display = "none"));
  return () => {
    end();
    el.remove();
    picture.forEach(({ part, shown }) => (part.style.display = shown));
  };
}

/** What gives way to the widget: the picture, and the data behind it, since the widget has its own. */
function pictureIn(place: Element, el: HTMLElement): HTMLElement[] {
  const parts = [...place.children].filter((part) => part !== el);
  const data = place.parentElement?.matches("figure") ? place.parentElement.querySelectorAll(":scope > details") : [];
  return [...parts, ...data] as HTMLElement[];
}
