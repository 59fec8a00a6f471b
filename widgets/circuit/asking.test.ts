import { describe, expect, it } from "vitest";
import { Asking, type Message } from "./asking";

function start(): { asking: Asking; sent: Message[] } {
  const sent: Message[] = [];
  return { asking: new Asking((message) => sent.push(message)), sent };
}

describe("Asking", () => {
  it("has one question on its way, and then asks for the latest alone", () => {
    const { asking, sent } = start();
    asking.move(0, 0.1);
    asking.move(0, 0.2);
    asking.move(0, 0.3);
    asking.ask({ column: 4 });
    expect(sent.map((message) => message.changes)).toEqual([[[0, 0.1]]]);
    asking.answered(sent[0]!.serial);
    expect(sent[1]).toMatchObject({ column: 4, changes: [[0, 0.3]] });
    asking.answered(sent[1]!.serial);
    expect(sent).toHaveLength(2);
    expect(asking.isWaiting).toBe(false);
  });
  it("does not take an earlier answer for its own", () => {
    const { asking, sent } = start();
    asking.ask();
    asking.answered(sent[0]!.serial - 1);
    expect(asking.isWaiting).toBe(true);
  });
  it("forgets moves when weights go back, and says so once", () => {
    const { asking, sent } = start();
    asking.ask();
    asking.move(1, 2);
    asking.reset();
    asking.answered(sent[0]!.serial);
    expect(sent[1]).toMatchObject({ back: true, changes: [] });
    asking.answered(sent[1]!.serial);
    asking.ask();
    expect(sent[2]!.back).toBe(false);
  });
  it("repeats a question until it is answered", () => {
    const { asking, sent } = start();
    asking.ask({ gate: 2 });
    asking.repeat();
    expect(sent[1]).toEqual(sent[0]);
    asking.answered(sent[0]!.serial);
    asking.repeat();
    expect(sent).toHaveLength(2);
  });
});
