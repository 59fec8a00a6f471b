// Numbers as people read them.

/** What is smaller is what rounding leaves of a zero. */
const ROUNDING = 1e-12;

/** A probability or a fidelity, as Python's pictures say it. */
export function chance(value: number | undefined): string {
  return short(value !== undefined && value < ROUNDING ? 0 : value, 4);
}

/** A number to so many digits, as short as it can be: `0.03`, `1.2e-7`, `12,300`. */
export function short(value: number | null | undefined, digits = 3): string {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  if (value === 0) return "0";
  const size = Math.abs(value);
  const text =
    size >= 1e6 || size < 1e-4
      ? value.toExponential(digits - 1).replace(/\.?0+e/, "e").replace("e+", "e")
      : Number(value.toPrecision(digits)).toLocaleString("en", { maximumSignificantDigits: digits });
  return text.replace("-", "−").replace("e-", "e−");
}
