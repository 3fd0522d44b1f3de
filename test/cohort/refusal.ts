import { KithpathError } from "../../src/errors.ts";

/** The refusal that `act` ends in. */
export function refusal(act: () => unknown): KithpathError {
  try {
    act();
  } catch (error) {
    if (error instanceof KithpathError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}
