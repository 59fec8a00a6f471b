// What the curves are made of: columns that grow, smoothed, and thinned to what a screen can show.

export interface Line {
  name: string;
  role: "raw" | "train" | "validation" | "reference";
  group: number;
  table: string;
  x: string;
  y: string;
  /** What `x` is divided by: the steps of an epoch, or 1. */
  scale: number;
  /** The height of a reference line, which has no columns. */
  value: number | null;
}

export interface Panel {
  name: string;
  x: string;
  better: "lower" | "higher" | null;
  end: number | null;
  best: number | null;
  lines: Line[];
}

export type Points = [x: number[], y: (number | null)[]];

/** A table whose rows come in pieces, each told where it begins; a row twice told counts once. */
export class Table {
  private readonly values: number[] = [];

  constructor(readonly columns: readonly string[]) {}

  get length(): number {
    return this.values.length / this.columns.length;
  }

  /** Takes rows that begin at `start`; returns false where some before them are missing. */
  take(start: number, rows: Float64Array): boolean {
    if (start > this.length) return false;
    const known = (this.length - start) * this.columns.length;
    for (let i = known; i < rows.length; i++) this.values.push(rows[i]!);
    return true;
  }

  column(name: string): number[] {
    const at = this.columns.indexOf(name);
    const width = this.columns.length;
    return Array.from({ length: this.length }, (_, row) => this.values[row * width + at]!);
  }
}

/** The moving average with the weight `keep` of what was before, unbiased at the beginning. */
export function smooth(y: (number | null)[], keep: number): (number | null)[] {
  let mean = 0;
  let weight = 0;
  return y.map((value) => {
    if (value === null) return null;
    mean = keep * mean + (1 - keep) * value;
    weight = keep * weight + (1 - keep);
    return mean / weight;
  });
}

/**
 * The points from `low` to `high`, and the nearest on either side, as at most four for each of
 * `buckets`: the first, the least, the greatest and the last. A gap stays a gap.
 */
export function thin([x, y]: Points, low: number, high: number, buckets: number): Points {
  let first = x.findIndex((value) => value >= low);
  first = first < 0 ? x.length : first;
  let last = x.findIndex((value) => value > high);
  last = last < 0 ? x.length : last;
  const from = Math.max(0, first - 1);
  const to = Math.min(x.length, last + 1);
  const every = (to - from) / buckets;
  if (every <= 4) return [x.slice(from, to), y.slice(from, to)];
  const kept: number[] = [];
  for (let bucket = 0; bucket < buckets; bucket++) {
    const begin = from + Math.floor(bucket * every);
    const end = from + Math.floor((bucket + 1) * every);
    let least = -1;
    let greatest = -1;
    let gap = -1;
    for (let i = begin; i < end; i++) {
      const value = y[i]!;
      if (value === null) gap = i;
      else {
        if (least < 0 || value < y[least]!) least = i;
        if (greatest < 0 || value > y[greatest]!) greatest = i;
      }
    }
    const chosen = new Set([begin, least, greatest, gap, end - 1].filter((i) => i >= 0));
    kept.push(...[...chosen].sort((a, b) => a - b));
  }
  return [kept.map((i) => x[i]!), kept.map((i) => y[i]!)];
}

/** The points of a line; on a logarithmic scale what is not above zero is a gap. */
export function pointsOf(line: Line, tables: Record<string, Table>, log: boolean): Points {
  const table = tables[line.table];
  if (!table) return [[], []];
  const x = table.column(line.x).map((value) => value / line.scale);
  const y = table.column(line.y).map((value) => (Number.isFinite(value) && (!log || value > 0) ? value : null));
  return [x, y];
}

/** The points of a reference line, across the panel. */
export function across(value: number, start: number, end: number): Points {
  return [[start, end], [value, value]];
}
