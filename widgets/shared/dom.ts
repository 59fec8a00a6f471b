// Small helpers for elements. Text is always set as text, never as HTML.

type Attributes = Record<string, string | number | boolean | undefined>;
type Child = Node | string;

/** Makes an element with attributes (`undefined` and `false` leave one out) and children. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  return dress(document.createElement(tag), attributes, children);
}

/** The same for SVG. */
export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): SVGElementTagNameMap[K] {
  return dress(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

function dress<E extends Element>(element: E, attributes: Attributes, children: Child[]): E {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children);
  return element;
}

/** A button with a name and what it does. */
export function button(name: string, act: () => void): HTMLButtonElement {
  const made = make("button", { type: "button" }, name);
  made.addEventListener("click", act);
  return made;
}

/** Rows that are made when someone unfolds them, and again whenever they are unfolded. */
export function unfold(summary: string, rows: () => { head: string[]; body: string[][] }): HTMLElement {
  const place = make("div", { class: "qm-table", tabindex: 0, role: "region", "aria-label": summary });
  const details = make("details", {}, make("summary", {}, summary), place);
  details.addEventListener("toggle", () => {
    if (!details.open) return;
    const { head, body } = rows();
    place.replaceChildren(
      make(
        "table",
        {},
        make("thead", {}, make("tr", {}, ...head.map((word) => make("th", { scope: "col" }, word)))),
        make(
          "tbody",
          {},
          ...body.map((cells) => make("tr", {}, ...cells.map((cell) => make("td", {}, cell)))),
        ),
      ),
    );
  });
  return details;
}
