// The disks of a state, read by the pointer and by the arrow keys.
import { make, svg } from "../shared/dom";
import type { Frame } from "../shared/frame";
import { disk } from "../shared/phases";
import { cells, moved, wordsOfCell, type Cell, type Seen } from "./scene";

const RADIUS = 22;
const SMALL = 15;
const LETTER = 6.6;
const MOST_COLUMNS = 8;

export class Disks {
  readonly element: HTMLElement;
  private readonly cells: Cell[];
  private marks: SVGGElement[] = [];
  private columns = 1;
  private place = 0;
  private chosen = -1;

  /** @param tell Is called with words on a disk, and with its place if it stands for a basis state. */
  constructor(
    private readonly frame: Frame,
    private readonly seen: Seen,
    title: string,
    private readonly tell: (words: string, basis?: number) => void,
  ) {
    this.cells = cells(seen);
    this.element = make("div", {
      class: "qm-disks", tabindex: 0, role: "application", "aria-roledescription": "disks; arrow keys read them", "aria-label": title,
    });
    this.element.addEventListener("keydown", (event) => this.onKey(event));
    this.element.addEventListener("focus", () => this.read(this.place));
  }

  draw(width: number): void {
    const isVector = this.seen.amplitudes !== null;
    const words = LETTER * (this.seen.rows[0]!.length + 0.5);
    const radius = isVector ? RADIUS : SMALL;
    const cell = Math.max(2 * radius + (isVector ? 12 : 6), words);
    const [left, top] = isVector ? [0, 0] : [words + 4, 18];
    this.columns = isVector ? Math.max(1, Math.min(MOST_COLUMNS, this.cells.length, Math.floor(width / cell))) : this.seen.rows.length;
    const line = 2 * radius + (isVector ? 22 : 6);
    this.marks = this.cells.map((shown, i) => {
      const x = left + ((i % this.columns) + 0.5) * cell;
      const y = top + Math.floor(i / this.columns) * line + radius + 3;
      const mark = disk(shown.value, this.seen.full, radius, this.frame.look);
      mark.setAttribute("transform", `translate(${x},${y})`);
      mark.setAttribute("class", "qm-cell");
      if (isVector) mark.append(label(shown.name, 0, radius + 14));
      mark.addEventListener("pointerenter", () => this.read(i));
      return mark;
    });
    const w = left + this.columns * cell;
    const h = top + Math.ceil(this.cells.length / this.columns) * line + 4;
    this.element.replaceChildren(
      svg("svg", { width: w, height: h, viewBox: `0 0 ${w} ${h}`, "aria-hidden": "true" }, ...this.marks, ...(isVector ? [] : this.sides(left, top, cell, line))),
    );
    this.mark(this.chosen);
  }

  /** Marks the disk of a basis state, or none. */
  mark(place: number): void {
    this.marks.forEach((mark, i) => mark.classList.toggle("qm-chosen", i === place));
    this.chosen = place;
    this.place = Math.max(0, place);
  }

  private sides(left: number, top: number, cell: number, line: number): SVGElement[] {
    return this.seen.rows.flatMap((ket, i) => [
      label(ket, left - 6, top + (i + 0.5) * line + 4, "end"),
      label(`⟨${ket.slice(1, -1)}|`, left + (i + 0.5) * cell, top - 5),
    ]);
  }

  private onKey(event: KeyboardEvent): void {
    const next = moved(event.key, this.place, this.columns, this.cells.length);
    if (next === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    this.read(next);
  }

  private read(place: number): void {
    this.mark(place);
    this.tell(wordsOfCell(this.cells[place]!), this.seen.amplitudes ? place : undefined);
  }
}

function label(words: string, x: number, y: number, anchor = "middle"): SVGTextElement {
  return svg("text", { class: "qm-label", x, y, "text-anchor": anchor, fill: "currentColor" }, words);
}
