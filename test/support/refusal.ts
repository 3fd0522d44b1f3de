import { KithpathError } from "../../src/errors.ts";

/** The KithpathError that `action` throws. */
export function refusalOf(action: () => unknown): KithpathError {
  try {
    action();
  } catch (error) {
    if (error instanceof KithpathError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

/** The KithpathError that `action` rejects with. */
export async function rejectionOf(action: () => Promise<unknown>): Promise<KithpathError> {
  try {
    await action();
  } catch (error) {
    if (error instanceof KithpathError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}
