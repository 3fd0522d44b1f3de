import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { type MediateSpec, mediate, sensitivity } from "../../src/mediation/index.ts";
import { expectClose, plainColumns } from "../support/witness.ts";
import { value } from "./reference.ts";

interface Effects {
  readonly total: number;
  readonly pureNaturalDirect: number;
  readonly totalNaturalIndirect: number;
  readonly totalNaturalDirect: number;
  readonly pureNaturalIndirect: number;
  readonly controlledDirect: number;
  readonly indirect: Record<string, number>;
  readonly riskRatio: [number, number];
  readonly oddsRatio: [number, number];
}
interface Figures {
  readonly binary: Effects;
  readonly linear: Effects;
  readonly sensitivity: {
    rho: number[];
    indirect: number[];
    rhoAtZero: number;
    totalRSquaredAtZero: number;
    product: number;
  };
  readonly interactionF: [number, number];
  readonly residualCorrelation: number;
  readonly clustered: Record<string, { estimate: number; se: number; df: number; p: number }>;
}

const fixtures = resolve(import.meta.dirname, "../../fixtures/mediation");
const figures: Figures = JSON.parse(readFileSync(resolve(fixtures, "parallel.json"), "utf8"));
const data = plainColumns(readFileSync(resolve(fixtures, "parallel.csv"), "utf8"));
const spec: MediateSpec = {
  exposure: "mentored",
  mediators: ["connection", "support"],
  outcome: "wellbeing",
  covariates: { mediator: ["before", "stage"], outcome: ["age", "before"] },
  controlledAt: { connection: 45, support: 42 },
  inference: { draws: 20 },
};
const tight = { rel: 1e-9, abs: 1e-10 };

describe("two parallel mediators with different covariates, against R (fixtures/mediation/parallel.R)", () => {
  for (const [kind, outcome, tolerance] of [
    ["linear", "wellbeing", tight],
    ["binary", { column: "relapsed", family: "binomial" }, { rel: 1e-7, abs: 1e-9 }],
  ] as const) {
    it(`${kind} outcome: joint and specific effects by brute-force integration over both mediators`, async () => {
      const result = await mediate(data, { ...spec, outcome });
      const wanted = figures[kind];
      for (const name of [
        "total",
        "pureNaturalDirect",
        "totalNaturalIndirect",
        "totalNaturalDirect",
        "pureNaturalIndirect",
        "controlledDirect",
      ] as const)
        expectClose(value(result, name), wanted[name], tolerance, name);
      for (const mediator of ["connection", "support"])
        expectClose(value(result, "indirect", undefined, mediator), wanted.indirect[mediator]!, tolerance, mediator);
      if (kind === "binary")
        for (const scale of ["riskRatio", "oddsRatio"] as const) {
          expectClose(value(result, "total", scale), wanted[scale][0], tolerance, scale);
          expectClose(value(result, "pureNaturalDirect", scale), wanted[scale][1], tolerance, scale);
        }
    });
  }

  it("joint test of both interactions, with and without them in the model, and the mediators' residual correlation", async () => {
    for (const exposureMediatorInteraction of [true, false]) {
      const result = await mediate(data, { ...spec, exposureMediatorInteraction });
      const test = result.diagnostics.interactionTest!;
      expect([test.distribution, test.df1, test.df2]).toEqual(["F", 2, 200 - 8]);
      expectClose(test.statistic, figures.interactionF[0], { rel: 1e-8, abs: 0 }, "F");
      expectClose(test.pValue, figures.interactionF[1], { rel: 1e-8, abs: 0 }, "p");
      expectClose(result.diagnostics.residualCorrelation[0]![1]!, figures.residualCorrelation, tight, "correlation");
    }
  });

  it("interaction paths with CR2 standard errors and Satterthwaite degrees of freedom", async () => {
    const result = await mediate(data, { ...spec, cluster: "site" });
    for (const mediator of ["connection", "support"]) {
      const row = result.paths.find(({ path, mediator: found }) => path === "d" && found === mediator)!;
      const wanted = figures.clustered[mediator]!;
      expectClose(row.estimate, wanted.estimate, { rel: 1e-8, abs: 1e-10 }, "d");
      expectClose(row.standardError, wanted.se, { rel: 1e-8, abs: 1e-10 }, "se");
      expectClose(row.df, wanted.df, { rel: 1e-6, abs: 0 }, "df");
      expectClose(row.pValue, wanted.p, { rel: 1e-6, abs: 0 }, "p");
    }
  });
});

describe("sensitivity, against R (fixtures/mediation/parallel.R)", () => {
  it("gives the curve, the product of paths at 0, and 0 where the error correlation is the residual correlation", async () => {
    const result = await mediate(data, {
      ...spec,
      mediators: ["connection"],
      covariates: ["age", "before"],
      controlledAt: 45,
    });
    const wanted = figures.sensitivity;
    const curve = sensitivity(result, { rho: [...wanted.rho, wanted.rhoAtZero] });
    wanted.indirect.forEach((figure, i) => {
      expectClose(curve.points[i]!.indirect, figure, tight, `indirect at ${wanted.rho[i]}`);
    });
    expectClose(curve.points[1]!.indirect, wanted.product, tight, "product of paths");
    expectClose(curve.points[3]!.indirect, 0, { rel: 0, abs: 1e-12 }, "0 at the residual correlation");
    expectClose(curve.rhoAtZero, wanted.rhoAtZero, tight, "rho at 0");
    expectClose(curve.totalRSquaredAtZero, wanted.totalRSquaredAtZero, tight, "R² at 0");
    expect(curve.notes.map(({ code }) => code)).toEqual(["sensitivity-without-interaction"]);
  });
});
