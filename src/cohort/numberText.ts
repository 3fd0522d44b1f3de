/** A plain number: sign, digits, one decimal mark, exponent. No thousands, no hexadecimal, no "Infinity". */
const withPoint = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const withComma = /^[+-]?(?:\d+,?\d*|,\d+)(?:[eE][+-]?\d+)?$/;
const numberLike =
  /^[+-]?(?:\d{1,3}(?:[., '\u00a0]\d{3})+(?:[.,]\d+)?|\d+[.,]\d+)\s?%?$|^[<>=~]*\s?[+-]?\d+[.,]?\d*\s?%?$/;

/** The number that a text plainly is, else NaN. */
export function plainNumber(text: string, decimal: "." | ","): number {
  const first = text.charCodeAt(0);
  if (first > 57 || first < 43) return Number.NaN;
  if (text.length <= 16) {
    const short = shortNumber(text, decimal === "." ? 46 : 44);
    if (short !== null) return short;
  }
  if (decimal === ".") return withPoint.test(text) ? Number(text) : Number.NaN;
  return withComma.test(text) ? Number(text.replace(",", ".")) : Number.NaN;
}

/**
 * Up to 15 digits with at most one mark between them, as one exact whole number divided by one exact power of ten, which
 * rounds correctly (Clinger 1990); `null` for anything else. Files are full of these.
 */
function shortNumber(text: string, mark: number): number | null {
  let whole = 0;
  let digits = 0;
  let scale = 0;
  const start = text.charCodeAt(0) === 45 ? 1 : 0;
  for (let place = start; place < text.length; place++) {
    const letter = text.charCodeAt(place);
    if (letter >= 48 && letter <= 57) {
      whole = whole * 10 + (letter - 48);
      digits++;
      scale *= 10;
    } else if (letter === mark && scale === 0 && digits > 0) scale = 1;
    else return null;
  }
  if (digits === 0 || digits > 15) return null;
  const value = scale > 1 ? whole / scale : whole;
  return start === 1 ? -value : value;
}

/** A text that someone meant as a number but that is not a plain one: "1,234", "3,5", "<5", "80 %". */
export function looksLikeNumber(text: string): boolean {
  return numberLike.test(text);
}

/** "007" is a number to a computer and a name to a person. */
export function hasLeadingZero(text: string): boolean {
  return text.length > 1 && text.charCodeAt(0) === 48 && text.charCodeAt(1) >= 48 && text.charCodeAt(1) <= 57;
}

const commaDecimal = /^[+-]?\d+,\d+$/;
const pointDecimal = /^[+-]?\d+\.\d+$/;

/** The first cell written with each decimal mark, looking at the records after the header. */
export function decimalMarks(records: readonly (readonly string[])[]): { comma: string | null; point: string | null } {
  let comma: string | null = null;
  let point: string | null = null;
  for (let row = 1; row < records.length && (comma === null || point === null); row++) {
    for (const cell of records[row]!) {
      const text = cell.trim();
      if (comma === null && commaDecimal.test(text)) comma = text;
      if (point === null && pointDecimal.test(text)) point = text;
    }
  }
  return { comma, point };
}
