// Which values are shown, what they are called, how far their sliders go.

export interface Control {
  label: string;
  group: string;
}

const GREEK: Record<string, string> = {
  alpha: "α", beta: "β", gamma: "γ", delta: "δ", epsilon: "ε", eta: "η", theta: "θ", kappa: "κ", lambda: "λ", mu: "μ",
  phi: "φ", psi: "ψ", rho: "ρ", sigma: "σ", tau: "τ", omega: "ω", xi: "ξ", zeta: "ζ", chi: "χ",
};

/** A label as it is drawn: `theta[0,1]` becomes `θ[0,1]`. */
export function labelled(label: string): string {
  return label.replace(/[A-Za-z]+/g, (word) => GREEK[word] ?? word);
}

/** The places of the values of a group (or of all, if it has no name) whose label contains a text. */
export function chosen(controls: Control[], group: string, text: string): number[] {
  const wanted = text.trim().replaceAll(" ", "").toLowerCase();
  const fits = ({ label, group: own }: Control) =>
    (!group || own === group) && (label.toLowerCase().includes(wanted) || labelled(label).toLowerCase().includes(wanted));
  return controls.flatMap((control, place) => (fits(control) ? [place] : []));
}

/** How far a slider goes to either side: a whole turn, or as far as its value needs. */
export function spanOf(value: number): number {
  const turn = 6.28;
  return Math.abs(value) <= turn ? turn : Math.ceil(1.5 * Math.abs(value));
}

/** A gradient without the rounding of one that is nothing. */
export function steady(gradient: number): number {
  return Math.abs(gradient) < 1e-7 ? 0 : gradient;
}

/** A number to three decimals, so that a column of them stays in line. */
export function fixed(value: number): string {
  return value.toFixed(3).replace(/^-0\.000$/, "0.000").replace("-", "−");
}
