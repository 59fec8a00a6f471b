// A Bloch sphere that is turned by dragging and by the arrow keys.
import { svg } from "./dom";
import type { LineStyle } from "./frame";
import { short } from "./numbers";
import { START, greatCircle, length, project, turned, type Vector, type View } from "./sphere";

export interface Arrow {
  /** What it is, such as the name of a state; said, and shown on hovering. */
  name: string;
  vector: Vector;
  style: LineStyle;
}

/** The view that several spheres share: turning one turns all. */
export class Turning {
  view: View = START;
  private readonly hears: (() => void)[] = [];

  follow(hear: () => void): void {
    this.hears.push(hear);
  }

  turn(dx: number, dy: number): void {
    this.set(turned(this.view, dx, dy));
  }

  set(view: View): void {
    this.view = view;
    this.hears.forEach((hear) => hear());
  }
}

const AXES: Vector[] = [[0, 0, 1], [1, 0, 0], [0, 1, 0]];
const POLES: [string, Vector][] = [
  ["|0⟩", [0, 0, 1.21]], ["|1⟩", [0, 0, -1.21]], ["x", [1.2, 0, 0]], ["y", [0, 1.26, 0]],
];
const TIP = 4.6;
const STEP = Math.PI / 24;
const KEYS: Record<string, [number, number]> = {
  ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP],
};

export class BlochSphere {
  readonly element: SVGSVGElement;
  private arrows: Arrow[] = [];
  private readonly radius: number;

  /**
   * @param name What it shows, such as "wire 0".
   * @param size The width and height in pixels.
   * @param tell Is called with words on what is under the pointer or has the focus, or with none.
   */
  constructor(
    private readonly name: string,
    size: number,
    private readonly turning: Turning,
    private readonly tell: (words: string) => void = () => undefined,
  ) {
    this.radius = size * 0.37;
    const half = size / 2;
    this.element = svg("svg", {
      class: "qm-sphere", width: size, height: size, viewBox: `${-half} ${-half} ${size} ${size}`, tabindex: 0,
      role: "application", "aria-roledescription": "Bloch sphere; arrow keys turn it, Home turns it back",
    });
    turning.follow(() => this.draw());
    this.listen();
  }

  show(arrows: Arrow[]): void {
    this.arrows = arrows;
    this.element.setAttribute("aria-label", this.words());
    this.draw();
  }

  private listen(): void {
    const { element, turning } = this;
    element.addEventListener("keydown", (event) => {
      const step = KEYS[event.key];
      if (step) turning.turn(...step);
      else if (event.key === "Home") turning.set(START);
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
    element.addEventListener("pointerdown", (event) => element.setPointerCapture(event.pointerId));
    element.addEventListener("pointermove", (event) => {
      if (element.hasPointerCapture(event.pointerId)) turning.turn(event.movementX / this.radius, event.movementY / this.radius);
    });
    element.addEventListener("dblclick", () => turning.set(START));
    element.addEventListener("pointerenter", () => this.tell(this.words()));
    element.addEventListener("focus", () => this.tell(this.words()));
  }

  private words(): string {
    return [this.name, ...this.arrows.map(said)].join("; ");
  }

  private draw(): void {
    const { view } = this.turning;
    const r = this.radius;
    const halves = AXES.map((axis) => greatCircle(axis, view, r));
    const line = { fill: "none", stroke: "currentColor" };
    const labels = POLES.map(([word, place]) => {
      const { x, y, depth } = project(place, view);
      return svg("text", {
        x: x * r, y: y * r + 4, "text-anchor": "middle", fill: "currentColor", opacity: depth < -0.3 ? 0.55 : 0.85,
        "font-style": word.length === 1 ? "italic" : undefined,
      }, word);
    });
    const ends = this.arrows.map((arrow) => ({ arrow, ...project(arrow.vector, view) }));
    const [behind, before] = [ends.filter((end) => end.depth < 0), ends.filter((end) => end.depth >= 0)];
    this.element.replaceChildren(
      svg("circle", { r, fill: "currentColor", "fill-opacity": 0.05, stroke: "currentColor", "stroke-opacity": 0.5 }),
      svg("path", { d: halves.map((half) => half.back).join(""), ...line, "stroke-opacity": 0.3, "stroke-dasharray": "2 3" }),
      ...behind.flatMap((end) => this.arrow(end)),
      svg("path", { d: halves.map((half) => half.front).join(""), ...line, "stroke-opacity": 0.3 }),
      ...before.flatMap((end) => this.arrow(end)),
      ...labels,
    );
  }

  private arrow({ arrow, x, y, depth }: { arrow: Arrow; x: number; y: number; depth: number }): SVGElement[] {
    const { color, dash } = arrow.style;
    const r = this.radius;
    const tip = TIP + 0.9 * depth;
    const reach = Math.hypot(x, y) * r;
    // A tip that points away from the viewer is hollow.
    const share = depth < 0 && reach > 0 ? Math.max(0, 1 - tip / reach) : 1;
    const stroke = { stroke: color, "stroke-width": 2.4, "stroke-linecap": "round" };
    return [
      svg("line", { x2: share * x * r, y2: share * y * r, ...stroke, "stroke-dasharray": dash === "none" ? undefined : dash }),
      svg("circle", {
        class: "qm-tip", cx: x * r, cy: y * r, r: tip, fill: depth < 0 ? "none" : color, stroke: color, "stroke-width": 1.8,
      }, svg("title", {}, said(arrow))),
    ];
  }
}

/** An arrow in words. */
export function said({ name, vector }: Arrow): string {
  const [x, y, z] = vector.map((value) => short(Math.abs(value) < 5e-4 ? 0 : value));
  return `${name ? `${name}: ` : ""}x ${x}, y ${y}, z ${z}, length ${short(length(vector))}`;
}
