import { type AnyNode, parse } from "@humanwhocodes/momoa";

/**
 * Line and column (from 1) at which the value under `path` ("mediation[0].covariates[2]") stands in a JSON text;
 * of a path that leads nowhere, the deepest part that does. `null` for a text that is not JSON.
 */
export function placeInJson(text: string, path: string): { line: number; column: number } | null {
  let node: AnyNode;
  try {
    node = parse(text).body;
  } catch {
    return null;
  }
  for (const step of path.split(/[.[\]]+/).filter((part) => part !== "")) {
    const next = childOf(node, step);
    if (next === undefined) break;
    node = next;
  }
  const { line, column } = node.loc.start;
  return { line, column };
}

function childOf(node: AnyNode, step: string): AnyNode | undefined {
  if (node.type === "Array") return node.elements[Number(step)]?.value;
  if (node.type !== "Object") return undefined;
  return node.members.find(
    ({ name }) => (name.type === "String" ? name.value : name.type === "Identifier" ? name.name : "") === step,
  )?.value;
}
