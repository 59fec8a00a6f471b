// What the plane is painted with: cells, lines and marks on a canvas.
import { make } from "../shared/dom";
import { shades, type About, type Grid } from "./grid";

const LIGHT = 0.24;

/** A picture of one pixel a cell. */
export function painted(grid: Grid, about: About): HTMLCanvasElement {
  const canvas = make("canvas", { width: grid.columns, height: grid.rows });
  const ctx = canvas.getContext("2d")!;
  shades(grid.values, about.span, about.colors.length).forEach((shade, i) => {
    if (shade < 0) return;
    ctx.fillStyle = about.colors[shade]!;
    ctx.fillRect(i % grid.columns, grid.rows - 1 - Math.floor(i / grid.columns), 1, 1);
  });
  return canvas;
}

/** The colour of lines at a value: white on dark colours and nearly black on light ones. */
export function inkAt(value: number, about: About): string {
  const [shade] = shades(new Float64Array([value]), about.span, about.colors.length);
  const color = about.colors[shade!]!;
  const [red, green, blue] = [1, 3, 5].map((i) => (parseInt(color.slice(i, i + 2), 16) / 255) ** 2.2) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue < LIGHT ? about.paper : about.edge;
}

/** Draws one of the marks' shapes. */
export function mark(ctx: CanvasRenderingContext2D, about: About, shape: string, [x, y]: [number, number]): void {
  const path = new Path2D(`M0,0${about.shapes[shape]}`);
  ctx.save();
  ctx.translate(x, y);
  ctx.scale(devicePixelRatio, devicePixelRatio);
  ctx.fillStyle = about.paper;
  ctx.strokeStyle = about.edge;
  ctx.lineWidth = 1.4;
  ctx.fill(path);
  ctx.stroke(path);
  ctx.restore();
}

/** Draws a line. */
export function stroke(ctx: CanvasRenderingContext2D, points: [number, number][]): void {
  ctx.beginPath();
  points.forEach(([x, y], i) => (i ? ctx.lineTo(x, y) : ctx.moveTo(x, y)));
  ctx.stroke();
}
