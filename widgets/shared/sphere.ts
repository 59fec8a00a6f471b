// The geometry of a Bloch sphere seen from afar: z up, x to the viewer, y to the right.

export type Vector = readonly [x: number, y: number, z: number];

/** Where one looks from, in radians: round the z axis, and above the equator. */
export interface View {
  azimuth: number;
  elevation: number;
}

/** A point on the picture, y down, and how near it is to the viewer. */
export interface Spot {
  x: number;
  y: number;
  depth: number;
}

/** As in qaimagic/drawing/state_sphere.py. */
export const START: View = { azimuth: 0.5, elevation: 0.3 };

const STEEPEST = Math.PI / 2;

export function project([x, y, z]: Vector, { azimuth, elevation }: View): Spot {
  const [sa, ca, se, ce] = [Math.sin(azimuth), Math.cos(azimuth), Math.sin(elevation), Math.cos(elevation)];
  const towards = ca * x + sa * y;
  return { x: ca * y - sa * x, y: se * towards - ce * z, depth: ce * towards + se * z };
}

/** The view after a drag by so many radii: what was grabbed follows the pointer. */
export function turned(view: View, dx: number, dy: number): View {
  const azimuth = (view.azimuth - dx) % (2 * Math.PI);
  return { azimuth, elevation: Math.min(STEEPEST, Math.max(-STEEPEST, view.elevation + dy)) };
}

/** The halves of the great circle about an axis (a unit vector), as path data: before and behind. */
export function greatCircle(axis: Vector, view: View, radius: number): { front: string; back: string } {
  const eye: Vector = [
    Math.cos(view.elevation) * Math.cos(view.azimuth),
    Math.cos(view.elevation) * Math.sin(view.azimuth),
    Math.sin(view.elevation),
  ];
  const along = dot(eye, axis);
  const tilt = Math.sqrt(Math.max(0, 1 - along * along));
  // Seen face on, any point is as near as any other.
  const near: Vector = tilt < 1e-9
    ? perpendicular(axis)
    : [(eye[0] - along * axis[0]) / tilt, (eye[1] - along * axis[1]) / tilt, (eye[2] - along * axis[2]) / tilt];
  const side = cross(axis, near);
  const end = project(side, view);
  const middle = project(near, view);
  const turn = end.x * middle.y - end.y * middle.x;
  const angle = (Math.atan2(end.y, end.x) * 180) / Math.PI;
  const half = (sweep: boolean) =>
    `M${places(-end.x * radius, -end.y * radius)}A${places(radius, Math.abs(along) * radius)} ${angle.toFixed(2)} 0 ` +
    `${sweep ? 1 : 0} ${places(end.x * radius, end.y * radius)}`;
  return { front: half(turn < 0), back: half(turn >= 0) };
}

export function length(vector: Vector): number {
  return Math.hypot(...vector);
}

function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

function perpendicular([x, y, z]: Vector): Vector {
  return Math.abs(z) > 0.5 ? unit([0, z, -y]) : unit([y, -x, 0]);
}

function unit(vector: Vector): Vector {
  const size = length(vector);
  return [vector[0] / size, vector[1] / size, vector[2] / size];
}

function places(x: number, y: number): string {
  return `${x.toFixed(2)},${y.toFixed(2)}`;
}
