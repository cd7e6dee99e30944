import { describe, expect, it } from "vitest";
import { moveInGrid } from "./keys";

describe("arrows in a matrix", () => {
  const size = [3, 4] as const;
  it("move one cell", () => {
    expect(moveInGrid([1, 1], "ArrowUp", size)).toEqual([0, 1]);
    expect(moveInGrid([1, 1], "ArrowDown", size)).toEqual([2, 1]);
    expect(moveInGrid([1, 1], "ArrowLeft", size)).toEqual([1, 0]);
    expect(moveInGrid([1, 1], "ArrowRight", size)).toEqual([1, 2]);
  });
  it("stop at the edges and never wrap", () => {
    expect(moveInGrid([0, 0], "ArrowUp", size)).toEqual([0, 0]);
    expect(moveInGrid([2, 3], "ArrowDown", size)).toEqual([2, 3]);
    expect(moveInGrid([2, 3], "ArrowRight", size)).toEqual([2, 3]);
  });
  it("go to the row's ends with Home and End", () => {
    expect(moveInGrid([1, 2], "Home", size)).toEqual([1, 0]);
    expect(moveInGrid([1, 2], "End", size)).toEqual([1, 3]);
  });
  it("leave other keys alone", () => {
    expect(moveInGrid([1, 1], "a", size)).toBeNull();
    expect(moveInGrid([1, 1], "Enter", size)).toBeNull();
  });
});
