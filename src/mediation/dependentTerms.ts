import { refuseCollinear } from "../_models/namedDesign.ts";
import { KithpathError } from "../errors.ts";
import type { ModelRequest } from "./coefficientTables.ts";

/** Refuses terms that follow from others, saying so where an exposure × mediator cell is empty. Error: "collinear". */
export function refuseDependentTerms(request: ModelRequest, aliased: readonly number[]): void {
  const { terms, response } = request;
  const names = terms.map(({ name }) => name);
  const empty = aliased.filter((place) => isEmptyCell(request, place));
  if (empty.length === 0) {
    refuseCollinear("mediate", aliased, names);
    return;
  }
  const listed = empty.slice(0, 3).map((place) => `"${names[place]}"`);
  const more = empty.length > listed.length ? ` and ${empty.length - listed.length} more` : "";
  throw new KithpathError(
    "collinear",
    `the model of "${response.name}" has nobody to tell ${listed.join(", ")}${more}`,
    {
      expected: "people with and without the exposure at every level of the mediator",
      received: "levels of the mediator that occur with one exposure only",
      where: { column: names[empty[0]!]! },
      remedy: "Merge levels of the mediator, or set exposureMediatorInteraction: false.",
    },
  );
}

/** Whether a product of exposure and mediator level is 0 throughout, or the level without the exposure never occurs. */
function isEmptyCell({ terms, design }: ModelRequest, place: number): boolean {
  const term = terms[place]!;
  if (term.exposure < 0 || term.feature < 0) return false;
  const own = terms.findIndex(
    ({ base, exposure, feature }) => base === term.base && exposure < 0 && feature === term.feature,
  );
  const column = (j: number) => design.data.subarray(j * design.rows, (j + 1) * design.rows);
  const product = column(place);
  if (product.every((value) => value === 0)) return true;
  return own >= 0 && isIndicator(column(own)) && product.every((value, row) => value === column(own)[row]);
}

function isIndicator(values: Float64Array): boolean {
  return values.every((value) => value === 0 || value === 1);
}

/** A mediator without any error of its own cannot be told from what it follows from. Error: "collinear". */
export function refuseDetermined({ model, response }: ModelRequest, residuals: Float64Array): void {
  if (model !== "mediator") return;
  const { values } = response;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  let left = 0;
  let whole = 0;
  values.forEach((value, row) => {
    left = Math.max(left, Math.abs(residuals[row]!));
    whole = Math.max(whole, Math.abs(value - mean));
  });
  if (left > 1e-11 * whole) return;
  throw new KithpathError("collinear", `the mediator "${response.name}" is a function of the other columns`, {
    expected: "a mediator that differs between people alike in exposure and covariates",
    received: "no difference between them",
    where: { column: response.name },
    remedy: "Leave out the column that it was computed from, or choose another mediator.",
  });
}
