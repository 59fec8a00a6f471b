// Where time can be cut: the places between the columns of a drawn circuit.

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

const ROOM = 8;

/** The abscissae between columns, one before the first and one after the last. */
export function cutsOf(columns: Box[][], start: number): number[] {
  const lefts = columns.map((boxes) => Math.min(...boxes.map((box) => box.x)));
  const rights = columns.map((boxes) => Math.max(...boxes.map((box) => box.x + box.width)));
  if (!columns.length) return [start];
  const between = rights.slice(0, -1).map((right, place) => (right + lefts[place + 1]!) / 2);
  return [lefts[0]! - ROOM, ...between, rights.at(-1)! + ROOM];
}

/** The place of the cut that is nearest to an abscissa. */
export function nearest(cuts: number[], x: number): number {
  const distances = cuts.map((cut) => Math.abs(cut - x));
  return distances.indexOf(Math.min(...distances));
}

/** Where to scroll so that an abscissa is in sight; where it is already, if it is. */
export function scrolledTo(x: number, left: number, width: number, margin: number): number {
  if (x < left + margin) return Math.max(0, x - margin);
  if (x > left + width - margin) return x - width + margin;
  return left;
}
