// @vitest-environment happy-dom
import { describe, expect, it, vi } from "vitest";
import type { Model } from "./frame";
import { widget } from "./mount";

const frames = (n: number) =>
  Array.from({ length: n }).reduce<Promise<unknown>>(
    (before) => before.then(() => new Promise((go) => requestAnimationFrame(go))),
    Promise.resolve(),
  );

function setUp(page = '<div data-qaimagic="k"><p>picture</p></div>') {
  document.body.innerHTML = page;
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
  it("takes the place of the data in the picture's figure, not of its caption", () => {
    const { kernelIsGone } = setUp(
      '<figure><div data-qaimagic="k"><p>picture</p></div><figcaption>words</figcaption><details></details></figure>',
    );
    const shown = () => ["p", "figcaption", "details"].map((tag) => document.querySelector<HTMLElement>(tag)!.style.display);
    expect(shown()).toEqual(["none", "", "none"]);
    kernelIsGone();
    expect(shown()).toEqual(["", "", ""]);
  });
  it("stays a picture where the widget fails, and is not tried again", async () => {
    document.body.innerHTML = '<div data-qaimagic="k"><p>picture</p></div>';
    let tried = 0;
    const model = { get: () => "k", on: () => {} } as unknown as Model;
    const said = vi.spyOn(console, "error").mockImplementation(() => {});
    widget(() => {
      tried++;
      throw new Error("broken");
    }).initialize({ model });
    document.body.append("something");
    await frames(3);
    expect([tried, said.mock.calls.length]).toEqual([1, 1]);
    expect(document.querySelector("p")!.style.display).toBe("");
    expect(document.querySelectorAll("[data-qaimagic] > *").length).toBe(1);
  });
});
