declare module "jstat" {
  interface JStatDistribution {
    readonly pdf: (x: number, ...parameters: number[]) => number;
    readonly cdf: (x: number, ...parameters: number[]) => number;
    readonly inv: (p: number, ...parameters: number[]) => number;
  }
  export const jStat: Readonly<
    Record<
      | "normal"
      | "studentt"
      | "chisquare"
      | "centralF"
      | "beta"
      | "gamma"
      | "binomial"
      | "poisson"
      | "weibull"
      | "hypgeom",
      JStatDistribution
    >
  >;
}
