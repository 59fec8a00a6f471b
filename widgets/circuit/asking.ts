// What a view asks of the kernel: one question at a time, and of those that wait only the latest.

export interface Question {
  column: number | null;
  output: number | null;
  gate: number | null;
}

export interface Message extends Question {
  kind: "ask";
  serial: number;
  changes: [number, number][];
  back: boolean;
}

/** All views of a page count together, so that each knows an answer that is newer than its question. */
let serials = 0;

export class Asking {
  private changes = new Map<number, number>();
  private back = false;
  private wants = false;
  private inFlight: Message | undefined;
  private question: Question = { column: null, output: null, gate: null };

  constructor(private readonly send: (message: Message) => void) {}

  /** Whether the picture is older than what was asked for. */
  get isWaiting(): boolean {
    return this.inFlight !== undefined;
  }

  get about(): Readonly<Question> {
    return this.question;
  }

  ask(change: Partial<Question> = {}): void {
    this.question = { ...this.question, ...change };
    this.go();
  }

  /** Moves a value. */
  move(place: number, value: number): void {
    this.changes.set(place, value);
    this.go();
  }

  /** Brings all weights back to where the layer has them. */
  reset(): void {
    this.changes.clear();
    this.back = true;
    this.go();
  }

  /** The kernel has answered the question of this number, or a later one. */
  answered(serial: number): void {
    if (this.inFlight && serial < this.inFlight.serial) return;
    this.inFlight = undefined;
    if (this.wants) this.go();
  }

  /** Asks again what was not answered. */
  repeat(): void {
    if (this.inFlight) this.send(this.inFlight);
  }

  private go(): void {
    this.wants = true;
    if (this.inFlight) return;
    this.wants = false;
    this.inFlight = { kind: "ask", serial: ++serials, ...this.question, changes: [...this.changes], back: this.back };
    this.changes = new Map();
    this.back = false;
    this.send(this.inFlight);
  }
}
