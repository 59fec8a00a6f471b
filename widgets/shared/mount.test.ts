// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import type { Model } from "./frame";
import { widget } from "./mount";

const frames = (n: number) =>
  Array.from({ length: n }).reduce<Promise<unknown>>(
    (before) => before.then(() => new Promise((go) => requestAnimationFrame(go))),
    Promise.resolve(),
  );

function setUp() {
  document.body.innerHTML = '<div data-qaimagic="k"><p>picture</p></div>';
  const hearers: Record<string, () => void> = {};
  const model = { get: () => "k", on: (name: string, hear: () => void) => (hearers[name] = hear) } as unknown as Model;
  let living = 0;
  const made = widget(() => (living++, () => living--));
  made.initialize({ model });
  const picture = document.querySelector("p") as HTMLElement;
  return { living: () => living, picture, kernelIsGone: () => hearers["comm_live_update"]!() };
}

describe("a picture brought to life", () => {
  it("gives way to the widget, and is back when the kernel is gone", () => {
    const { living, picture, kernelIsGone } = setUp();
    expect([living(), picture.style.display]).toEqual([1, "none"]);
    kernelIsGone();
    expect([living(), picture.style.display]).toEqual([0, ""]);
  });
  it("stays a picture though the page changed in the frame in which the kernel went", async () => {
    const { living, picture, kernelIsGone } = setUp();
    document.body.append("something");
    await Promise.resolve();
    kernelIsGone();
    await frames(3);
    expect([living(), picture.style.display]).toEqual([0, ""]);
  });
});
