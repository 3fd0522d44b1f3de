import { KithpathError } from "../errors.ts";

/** An expression of parameters, known by their positions. */
export type Expression =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "parameter"; readonly index: number }
  | { readonly kind: "+" | "-" | "*" | "/"; readonly left: Expression; readonly right: Expression };

interface ValueAndGradient {
  readonly value: number;
  readonly gradient: Float64Array;
}

/** The value of an expression and its derivatives by every parameter, by the rules of sum, product and quotient. */
export function evaluate(expression: Expression, parameters: ArrayLike<number>): ValueAndGradient {
  const gradient = new Float64Array(parameters.length);
  if (expression.kind === "number") return { value: expression.value, gradient };
  if (expression.kind === "parameter") {
    gradient[expression.index] = 1;
    return { value: parameters[expression.index]!, gradient };
  }
  const left = evaluate(expression.left, parameters);
  const right = evaluate(expression.right, parameters);
  const value = combine(expression.kind, left.value, right.value);
  const [byLeft, byRight] = slopesOf(expression.kind, left.value, right.value);
  for (let k = 0; k < gradient.length; k++) gradient[k] = byLeft * left.gradient[k]! + byRight * right.gradient[k]!;
  return { value, gradient };
}

function combine(kind: "+" | "-" | "*" | "/", left: number, right: number): number {
  if (kind === "+") return left + right;
  if (kind === "-") return left - right;
  return kind === "*" ? left * right : left / right;
}

function slopesOf(kind: "+" | "-" | "*" | "/", left: number, right: number): [number, number] {
  if (kind === "+") return [1, 1];
  if (kind === "-") return [1, -1];
  return kind === "*" ? [right, left] : [1 / right, -left / (right * right)];
}

export const product = (factors: readonly Expression[]): Expression =>
  factors.reduce((left, right) => ({ kind: "*", left, right }));
export const total = (terms: readonly Expression[]): Expression =>
  terms.reduce((left, right) => ({ kind: "+", left, right }));
export const difference = (left: Expression, right: Expression): Expression => ({ kind: "-", left, right });

/** What a name is written like: letters, digits, _ and ., not beginning with a digit. */
export const nameOfPath = /^[\p{L}_][\p{L}\p{N}_.]*$/u;
const token = /\s*(?:(\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)|([\p{L}_][\p{L}\p{N}_.]*)|([-+*/()−]))/uy;

/**
 * Reads an expression of numbers, names, + − * / and parentheses. `lookup` gives what a name stands for.
 * Error: "invalid-expression"; "unknown-path" for a name without meaning.
 */
export function parseExpression(
  path: string,
  text: string,
  lookup: (name: string) => Expression | undefined,
  names: () => readonly string[],
): Expression {
  const tokens = tokensOf(path, text);
  let place = 0;
  const refuse = () =>
    new KithpathError("invalid-expression", `pathModel: "${text}" cannot be read as an expression`, {
      expected: 'names, numbers, + − * / and parentheses, for example "a1*b1 + c"',
      received: tokens[place] === undefined ? "an early end" : `"${tokens[place]}"`,
      where: { path },
    });
  const sum = (): Expression => {
    let left = terms();
    while (tokens[place] === "+" || tokens[place] === "-") {
      const kind = tokens[place++] as "+" | "-";
      left = { kind, left, right: terms() };
    }
    return left;
  };
  const terms = (): Expression => {
    let left = factor();
    while (tokens[place] === "*" || tokens[place] === "/") {
      const kind = tokens[place++] as "*" | "/";
      left = { kind, left, right: factor() };
    }
    return left;
  };
  const factor = (): Expression => {
    const found = tokens[place];
    if (found === "-" || found === "+") {
      place++;
      const right = factor();
      return found === "-" ? { kind: "*", left: { kind: "number", value: -1 }, right } : right;
    }
    if (found === "(") {
      place++;
      const inner = sum();
      if (tokens[place] !== ")") throw refuse();
      place++;
      return inner;
    }
    if (found === undefined || /^[*/)]$/.test(found)) throw refuse();
    place++;
    if (/^[\d.]/.test(found)) return { kind: "number", value: Number(found) };
    const meaning = lookup(found);
    if (meaning === undefined) throw unknownPath(path, found, names());
    return meaning;
  };
  const whole = sum();
  if (place < tokens.length) throw refuse();
  return whole;
}

function tokensOf(path: string, text: string): string[] {
  const tokens: string[] = [];
  token.lastIndex = 0;
  const trimmed = text.trimEnd();
  while (token.lastIndex < trimmed.length) {
    const from = token.lastIndex;
    const match = token.exec(trimmed);
    if (match === null) {
      throw new KithpathError("invalid-expression", `pathModel: "${text}" cannot be read as an expression`, {
        expected: 'names, numbers, + − * / and parentheses, for example "a1*b1 + c"',
        received: `"${trimmed.slice(from)}"`,
        where: { path },
      });
    }
    tokens.push((match[1] ?? match[2] ?? match[3]!).replace("−", "-"));
  }
  return tokens;
}

function unknownPath(path: string, name: string, names: readonly string[]): KithpathError {
  return new KithpathError("unknown-path", `pathModel: no path is called "${name}"`, {
    expected: names.length === 0 ? "paths named in the equations" : `one of ${names.join(", ")}`,
    received: name,
    where: { path },
    remedy: 'Name a path where it stands in its equation, as "a1*mentored".',
  });
}
