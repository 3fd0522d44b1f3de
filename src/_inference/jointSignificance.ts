/** An indirect effect by the test of its paths one by one: it is held for real when every path is (Cohen & Cohen 1983). */
export interface JointSignificance {
  /** Two-sided p-values of the paths, in their order. */
  readonly paths: readonly number[];
  /** The largest of them. */
  readonly pValue: number;
}

/** The joint significance test of MacKinnon, Lockwood, Hoffman, West & Sheets (2002): an intersection–union test. */
export function jointSignificance(...paths: number[]): JointSignificance {
  return { paths, pValue: Math.max(...paths) };
}
