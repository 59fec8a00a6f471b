// The drawing in one strip, with a cursor between its columns and a halo around the gate looked at.
import { make, svg } from "../shared/dom";
import { cutsOf, nearest, scrolledTo, type Box } from "./cuts";

const MARGIN = 60;
const HALO = 4;
const TALLEST = 400;
const SMALLEST = 0.6;

export interface Acts {
  /** The cursor is wanted after so many columns. */
  onColumn(column: number): void;
  /** A gate is looked at in passing, or none any more. */
  onHover(gate: number | null): void;
  /** A gate is chosen. */
  onGate(gate: number): void;
}

export class Strip {
  readonly element: HTMLElement;
  private groups: SVGGElement[] = [];
  private boxes: Box[] = [];
  private columns: number[][] = [];
  private cuts: number[] = [0];
  private scale = 1;
  private column = 0;
  private chosen: number | null = null;
  private readonly passed = svg("rect", { class: "qm-passed", x: 0, y: 0 });
  private readonly cursor = svg("path", { class: "qm-cursor" });
  private readonly halo = svg("rect", { class: "qm-halo", rx: 9 });

  constructor(private readonly acts: Acts) {
    this.element = make("div", {
      class: "qm-strip", tabindex: 0, role: "group", "aria-roledescription": "circuit",
      "aria-label": "Circuit. Left and right move through time, up and down go from gate to gate.",
    });
    this.element.addEventListener("keydown", (event) => this.onKey(event));
    this.element.addEventListener("pointerleave", () => acts.onHover(null));
  }

  show(drawing: string, columns: number[][]): void {
    const parsed = new DOMParser().parseFromString(drawing, "image/svg+xml").documentElement;
    const picture = document.importNode(parsed, true) as unknown as SVGSVGElement;
    this.fit(picture);
    this.element.replaceChildren(picture);
    this.columns = columns;
    this.groups = [];
    for (const group of picture.querySelectorAll<SVGGElement>("[data-gate]")) {
      const place = Number(group.dataset.gate);
      this.groups[place] = group;
      group.addEventListener("pointerenter", () => this.acts.onHover(place));
      group.addEventListener("click", (event) => {
        event.stopPropagation();
        this.acts.onGate(place);
      });
    }
    picture.addEventListener("click", (event) => this.acts.onColumn(nearest(this.cuts, event.offsetX / this.scale)));
    picture.prepend(this.passed);
    picture.append(this.halo, this.cursor);
    this.measure();
  }

  /** Makes a tall drawing smaller, so that the panels below stay in sight. */
  private fit(picture: SVGSVGElement): void {
    const [width, height] = ["width", "height"].map((name) => Number(picture.getAttribute(name)));
    this.scale = Math.max(SMALLEST, Math.min(1, TALLEST / height!));
    picture.style.maxWidth = "none";
    picture.setAttribute("width", String(width! * this.scale));
    picture.setAttribute("height", String(height! * this.scale));
  }

  /** Finds out where everything is, once the drawing has a place on the page. */
  measure(): void {
    const picture = this.element.firstElementChild as SVGSVGElement | null;
    if (!picture?.isConnected || !picture.getClientRects().length) return;
    this.boxes = this.groups.map((group) => group.getBBox());
    this.cuts = cutsOf(this.columns.map((places) => places.map((place) => this.boxes[place]!)), MARGIN);
    this.draw();
    this.reveal();
  }

  place(column: number, chosen: number | null): void {
    const moved = column !== this.column;
    [this.column, this.chosen] = [column, chosen];
    this.draw();
    if (moved) this.reveal();
  }

  private reveal(): void {
    this.element.scrollLeft = scrolledTo(this.x * this.scale, this.element.scrollLeft, this.element.clientWidth, MARGIN);
  }

  private get x(): number {
    return this.cuts[Math.min(this.column, this.cuts.length - 1)]!;
  }

  private draw(): void {
    const bottom = Math.max(...this.boxes.map((box) => box.y + box.height), 40);
    this.cursor.setAttribute("d", `M${this.x} 2V${bottom + 4}m-5 0h10l-5 -7zM${this.x - 5} 2h10l-5 7z`);
    this.passed.setAttribute("width", String(Math.max(0, this.x)));
    this.passed.setAttribute("height", String(bottom + 4));
    const box = this.chosen === null ? undefined : this.boxes[this.chosen];
    this.halo.style.display = box ? "" : "none";
    if (!box) return;
    const around = { x: box.x - HALO, y: box.y - HALO, width: box.width + 2 * HALO, height: box.height + 2 * HALO };
    for (const [name, value] of Object.entries(around)) this.halo.setAttribute(name, String(value));
  }

  private onKey(event: KeyboardEvent): void {
    const last = this.columns.length;
    const order = this.columns.flat();
    const at = this.chosen === null ? -1 : order.indexOf(this.chosen);
    const go = (place: number) => order.length && this.acts.onGate(order[Math.max(0, Math.min(order.length - 1, place))]!);
    const turns: Record<string, () => void> = {
      ArrowLeft: () => this.acts.onColumn(Math.max(0, this.column - 1)),
      ArrowRight: () => this.acts.onColumn(Math.min(last, this.column + 1)),
      Home: () => this.acts.onColumn(0),
      End: () => this.acts.onColumn(last),
      ArrowUp: () => go(at - 1),
      ArrowDown: () => go(at + 1),
    };
    const act = turns[event.key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }
}
