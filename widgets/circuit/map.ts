// All amplitudes at once as a field of pixels: the upper wires count the rows, the lower ones the columns.
import type { Look } from "../shared/frame";
import { phase, phaseColor, size } from "../shared/phases";
import type { Amplitude } from "./sight";

const SIDE = 200;

export function paintMap(canvas: HTMLCanvasElement, amplitudes: Amplitude[], wires: number, look: Look): void {
  const columns = 2 ** Math.ceil(wires / 2);
  const rows = amplitudes.length / columns;
  const pixel = Math.max(1, Math.floor(SIDE / columns));
  [canvas.width, canvas.height] = [columns * pixel, rows * pixel];
  canvas.style.width = `${Math.max(canvas.width, SIDE)}px`;
  canvas.setAttribute(
    "aria-label",
    `All ${amplitudes.length} amplitudes: ${rows} rows for the first ${Math.floor(wires / 2)} wires, ${columns} columns for the others; ` +
      "the colour is the phase, the fainter the smaller",
  );
  const context = canvas.getContext("2d");
  if (!context) return;
  const largest = amplitudes.reduce((most, one) => Math.max(most, size(one)), 0);
  for (const one of amplitudes) {
    const share = size(one) / largest;
    if (share < 0.01) continue;
    context.globalAlpha = share;
    context.fillStyle = phaseColor(phase(one), look);
    context.fillRect((one.index % columns) * pixel, Math.floor(one.index / columns) * pixel, pixel, pixel);
  }
}
