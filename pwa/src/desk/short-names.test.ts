import { describe, expect, it } from "vitest";
import { shortNames } from "./short-names";

describe("short school names", () => {
  it("lose the endings that many schools share", () => {
    const short = shortNames(["Dunmere Primary School", "Beckfold High", "Kestrel Rise"]);
    expect([...short.values()]).toEqual(["Dunmere", "Beckfold", "Kestrel Rise"]);
  });
  it("stay whole where two schools would become one", () => {
    const short = shortNames(["Dunmere Primary", "Dunmere Secondary", "Larkham Infant"]);
    expect(short.get("Dunmere Primary")).toBe("Dunmere Primary");
    expect(short.get("Dunmere Secondary")).toBe("Dunmere Secondary");
    expect(short.get("Larkham Infant")).toBe("Larkham");
  });
  it("never end as nothing or as an initial", () => {
    expect(shortNames(["The Academy"]).get("The Academy")).toBe("The Academy");
    expect(shortNames(["Primary School"]).get("Primary School")).not.toBe("");
  });
});
