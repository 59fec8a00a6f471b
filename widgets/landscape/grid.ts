// Values on a grid over a plane: where they lie, their colours, their contour lines.
import { contours } from "d3-contour";

export interface Mark {
  shape: string;
  x: number;
  y: number;
  label: string;
}

/** What is drawn but for the values; see qaimagic/widgets/landscape.py. */
export interface About {
  x: [number, number];
  y: [number, number];
  xLabel: string;
  yLabel: string;
  valueLabel: string;
  span: [number, number];
  levels: number[];
  colors: string[];
  path: [number, number][];
  marks: Mark[];
  shapes: Record<string, string>;
  paper: string;
  edge: string;
  shots: (number | null)[];
  noisiest: number;
  changes: boolean;
}

export interface Cell {
  row: number;
  column: number;
}

export type Ends = [number, number];
export type Points = [number, number][];

/** A grid of at least two rows and columns, row by row from the bottom; NaN is a gap. */
export class Grid {
  constructor(
    readonly rows: number,
    readonly columns: number,
    readonly values: Float64Array,
    readonly x: Ends,
    readonly y: Ends,
  ) {}

  /** The edges of the plane, half a cell beyond the grid. */
  get frame(): { x: Ends; y: Ends } {
    return { x: widened(this.x, this.columns), y: widened(this.y, this.rows) };
  }

  at({ row, column }: Cell): number {
    return this.values[row * this.columns + column]!;
  }

  place({ row, column }: Cell): [x: number, y: number] {
    return [along(this.x, column, this.columns), along(this.y, row, this.rows)];
  }

  /** The cell nearest to a point, which may lie outside. */
  cellAt(x: number, y: number): Cell {
    return { row: nearest(this.y, y, this.rows), column: nearest(this.x, x, this.columns) };
  }

  /** The cell of the lowest value, the first of equal ones. */
  lowest(): Cell | undefined {
    let best = -1;
    this.values.forEach((value, i) => {
      if (Number.isFinite(value) && (best < 0 || value < this.values[best]!)) best = i;
    });
    return best < 0 ? undefined : { row: Math.floor(best / this.columns), column: best % this.columns };
  }

  /** The next cell in a direction, or the same at the edge. */
  step({ row, column }: Cell, across: number, up: number): Cell {
    return { row: clamp(row + up, this.rows), column: clamp(column + across, this.columns) };
  }
}

/** The place of each value's colour among `n`; −1 for a gap. Beyond the span it is the last one. */
export function shades(values: Float64Array, [low, high]: Ends, n: number): Int16Array {
  return Int16Array.from(values, (value) =>
    Number.isFinite(value) ? Math.min(n - 1, Math.max(0, Math.floor(((value - low) / (high - low)) * n))) : -1,
  );
}

/** The contour lines at a level in the plane's coordinates, without the frame that closes them. */
export function contourLines(grid: Grid, level: number): Points[] {
  const { rows, columns } = grid;
  const { x, y } = grid.frame;
  const shape = contours().size([columns, rows]).contour(Array.from(grid.values), level);
  return shape.coordinates
    .flat()
    .flatMap((ring) => opened(ring as Points, columns, rows))
    .map((line) => line.map(([i, j]) => [x[0] + ((x[1] - x[0]) * i) / columns, y[0] + ((y[1] - y[0]) * j) / rows]));
}

/** The parts of a ring that do not run within half a cell of the frame. */
function opened(ring: Points, columns: number, rows: number): Points[] {
  const inside = ([i, j]: [number, number]) => i >= 0.5 && i <= columns - 0.5 && j >= 0.5 && j <= rows - 0.5;
  const parts: Points[] = [];
  let part: Points = [];
  for (const point of ring) {
    if (inside(point)) part.push(point);
    else if (part.length) {
      parts.push(part);
      part = [];
    }
  }
  if (part.length) parts.push(part);
  return parts.filter((line) => line.length > 1);
}

/** At most `most` rows and columns, evenly picked, the last ones among them. */
export function picked(n: number, most: number): number[] {
  return [...new Set(Array.from({ length: most }, (_, i) => Math.round((i * (n - 1)) / (most - 1))))];
}

function widened([low, high]: Ends, n: number): Ends {
  const half = (high - low) / (n - 1) / 2;
  return [low - half, high + half];
}

function along([low, high]: Ends, i: number, n: number): number {
  const value = low + ((high - low) * i) / (n - 1);
  // What is zero but for rounding is zero.
  return Math.abs(value) < 1e-12 * (high - low) ? 0 : value;
}

function nearest([low, high]: Ends, value: number, n: number): number {
  return clamp(Math.round(((value - low) / (high - low)) * (n - 1)), n);
}

function clamp(i: number, n: number): number {
  return Math.min(n - 1, Math.max(0, i));
}
