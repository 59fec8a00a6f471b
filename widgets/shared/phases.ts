// Amplitudes as disks: the area is a probability, the hand and the colour are the phase.
import { svg } from "./dom";
import type { Look } from "./frame";
import { short } from "./numbers";

export interface Complex {
  re: number;
  im: number;
}

export function size({ re, im }: Complex): number {
  return Math.hypot(re, im);
}

/** The phase in radians, from −π to π; rounding below the axis does not turn π into −π. */
export function phase({ re, im }: Complex): number {
  return Math.abs(im) < 1e-12 * Math.abs(re) ? (re < 0 ? Math.PI : 0) : Math.atan2(im, re);
}

/** A phase in words, in units of π: `0`, `π/2`, `−0.31π`. */
export function inPi(angle: number): string {
  const turns = angle / Math.PI;
  for (const parts of [1, 2, 3, 4, 6, 8]) {
    const whole = Math.round(turns * parts);
    if (Math.abs(turns * parts - whole) > 1e-6) continue;
    if (whole === 0) return "0";
    const sign = whole < 0 ? "−" : "";
    const times = Math.abs(whole) === 1 ? "" : String(Math.abs(whole));
    return `${sign}${times}π${parts === 1 ? "" : `/${parts}`}`;
  }
  return `${short(turns)}π`;
}

/** The colour of a phase, from the look's wheel, which begins at 0 and goes round once. */
export function phaseColor(angle: number, { phases }: Pick<Look, "phases">): string {
  const place = Math.round((angle / (2 * Math.PI)) * phases.length);
  return phases[((place % phases.length) + phases.length) % phases.length]!;
}

/** A complex number in words: `0.5`, `−0.5i`, `0.35 + 0.35i`. */
export function inWords({ re, im }: Complex, digits = 3): string {
  const small = 0.5 * 10 ** -(digits + 1);
  const [real, imaginary] = [Math.abs(re) < small ? 0 : re, Math.abs(im) < small ? 0 : im];
  if (imaginary === 0) return short(real, digits);
  const times = `${short(Math.abs(imaginary), digits)}i`;
  if (real === 0) return `${imaginary < 0 ? "−" : ""}${times}`;
  return `${short(real, digits)} ${imaginary < 0 ? "−" : "+"} ${times}`;
}

/** The bits of a basis state, wire 0 first: `|010⟩`. */
export function ket(index: number, wires: number): string {
  return `|${index.toString(2).padStart(wires, "0")}⟩`;
}

/**
 * One disk, within a ring of the given radius about the middle of its place.
 *
 * @param value The amplitude, or an entry of a density matrix.
 * @param full The size of a value that fills the ring.
 */
export function disk(value: Complex, full: number, radius: number, look: Pick<Look, "phases">): SVGGElement {
  const angle = phase(value);
  const r = full > 0 ? Math.min(1, size(value) / full) * radius : 0;
  const ring = svg("circle", { r: radius, fill: "currentColor", "fill-opacity": 0.04, stroke: "currentColor", "stroke-opacity": 0.3 });
  if (r < 0.4) return svg("g", {}, ring);
  const color = phaseColor(angle, look);
  const hand = svg("line", {
    class: "qm-hand", x2: radius * Math.cos(angle), y2: -radius * Math.sin(angle), stroke: "currentColor", "stroke-width": 1.6,
    "stroke-linecap": "round",
  });
  return svg("g", {}, ring, svg("circle", { class: "qm-disk", r, fill: color, "fill-opacity": 0.85 }), hand);
}
