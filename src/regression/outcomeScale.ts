import { KithpathError } from "../errors.ts";

/** Refuses an outcome that is not 0 or 1 throughout, or only one of them. Errors: "not-binary", "constant-outcome". */
export function refuseNotBinary(caller: string, values: Float64Array, name: string): void {
  const other = values.find((value) => value !== 0 && value !== 1);
  if (other !== undefined) {
    throw new KithpathError("not-binary", `${caller}: the outcome "${name}" is not coded 0 and 1`, {
      expected: "0 for no and 1 for yes",
      received: String(other),
      where: { column: name },
      remedy: "Recode the outcome so that 1 is the event.",
    });
  }
  refuseConstantOutcome(caller, values, name);
}

/** Refuses an outcome that is not a count. Errors: "not-counts", "constant-outcome". */
export function refuseNotCount(caller: string, values: Float64Array, name: string): void {
  const other = values.find((value) => value < 0 || !Number.isInteger(value));
  if (other !== undefined) {
    throw new KithpathError("not-counts", `${caller}: the outcome "${name}" does not hold counts`, {
      expected: "whole numbers of 0 or more",
      received: String(other),
      where: { column: name },
    });
  }
  refuseConstantOutcome(caller, values, name);
}

/** Error: "constant-outcome". */
export function refuseConstantOutcome(caller: string, values: Float64Array, name: string): void {
  if (values.some((value) => value !== values[0])) return;
  throw new KithpathError("constant-outcome", `${caller}: the outcome "${name}" has one value in every complete row`, {
    expected: "an outcome that varies",
    received: `${values[0]} in ${values.length} rows`,
    where: { column: name },
  });
}

/** Refuses an outcome whose squares leave the range of doubles, and with it sums of squares and likelihoods. Error: "out-of-scale". */
export function refuseOutOfScale(caller: string, sumOfSquares: number, name: string): void {
  if (sumOfSquares >= 1e-306 && sumOfSquares < Number.POSITIVE_INFINITY) return;
  throw new KithpathError(
    "out-of-scale",
    `${caller}: the squares of the outcome "${name}" leave the range of doubles`,
    {
      expected: "an outcome that varies by between 1e-150 and 1e150",
      received: `a sum of squares of ${sumOfSquares}`,
      where: { column: name },
      remedy: "Give the outcome in another unit.",
    },
  );
}
