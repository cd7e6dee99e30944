import { describe, expect, it } from "vitest";
import { ApiProblem, problemOf } from "./api";
import { fieldFaults, inWords } from "./problems";

const problem = (status: number, body: unknown): Response =>
  new Response(typeof body === "string" ? body : JSON.stringify(body), { status });

describe("problems become words", () => {
  it("keeps what the server said in detail", async () => {
    const read = await problemOf(
      problem(403, { slug: "not_allowed", title: "x", detail: "Budgets are for trust IT." }),
    );
    expect(inWords(read)).toMatchObject({ detail: "Budgets are for trust IT.", next: "back" });
  });
  it("says that work is safe when there is no network", () => {
    const said = inWords(new ApiProblem("no_network", ""));
    expect(said.next).toBe("retry");
    expect(said.detail).toContain("Nothing you entered");
  });
  it("never shows the body of a failure that is not a problem", async () => {
    const read = await problemOf(problem(500, "<html>Traceback: psycopg</html>"));
    const said = inWords(read);
    expect(read.slug).toBe("server_error");
    expect(`${said.title} ${said.detail}`).not.toContain("Traceback");
  });
  it("sends a person whose session ended to sign in", async () => {
    expect(inWords(await problemOf(problem(401, {}))).next).toBe("sign_in");
  });
  it("gives words to what is not a problem of the server at all", () => {
    expect(inWords(new TypeError("x is undefined")).detail).not.toContain("undefined");
  });
});

describe("faults of a form", () => {
  const thrown = new ApiProblem("bad_value", "Some values cannot be used", "", {
    years: "Choose 3, 4 or 5.",
    name: "Give it a name.",
    odd: "Not known.",
  });
  it("come in the form's order, and none is dropped", () => {
    expect(fieldFaults(thrown, ["name", "years"]).map(([name]) => name)).toEqual([
      "name",
      "years",
      "odd",
    ]);
  });
});
