import { KithpathError, type Problem } from "../errors.ts";
import type { ParseOptions } from "./cohort.ts";

export interface DecodedText {
  readonly text: string;
  readonly bytes: number;
  readonly encoding: string | null;
  readonly issues: readonly Problem[];
}

/** Bytes or text as text without a byte order mark. Errors: "too-large", "not-text", "wrong-encoding". */
export function decodeText(
  csv: string | Uint8Array,
  encoding: NonNullable<ParseOptions["encoding"]>,
  maxBytes: number,
): DecodedText {
  const bytes = csv.length;
  if (bytes > maxBytes) {
    throw new KithpathError("too-large", "the file is larger than maxBytes", {
      expected: `at most ${maxBytes} bytes`,
      received: `${bytes} bytes`,
      remedy: "Raise maxBytes if the file is what you think it is.",
    });
  }
  const decoded = typeof csv === "string" ? { text: csv, encoding: null, issues: [] } : decodeBytes(csv, encoding);
  const text = decoded.text.startsWith("\uFEFF") ? decoded.text.slice(1) : decoded.text;
  if (text.startsWith("PK\u0003\u0004") || text.includes("\u0000")) {
    throw new KithpathError("not-text", "this is not a text file", {
      expected: "delimited text (CSV)",
      received: text.startsWith("PK") ? "a zip archive, such as a spreadsheet" : "binary data",
      remedy: 'Save the sheet as "CSV UTF-8".',
    });
  }
  return { ...decoded, text, bytes };
}

function decodeBytes(bytes: Uint8Array, encoding: NonNullable<ParseOptions["encoding"]>): Omit<DecodedText, "bytes"> {
  const mark = encoding === "auto" ? utf16Mark(bytes) : null;
  const wanted = mark ?? (encoding === "auto" ? "utf-8" : encoding);
  const strict = decodeStrictly(bytes, wanted);
  if (strict !== null) return { text: strict, encoding: wanted, issues: [] };
  if (encoding !== "auto" || mark !== null) {
    throw new KithpathError("wrong-encoding", `the file is not ${wanted}`, {
      expected: wanted,
      remedy: 'Give another encoding, or "auto".',
    });
  }
  const issue: Problem = {
    code: "not-utf8",
    message: "the file is not UTF-8 and was read as Windows-1252 (Latin-1)",
    expected: "UTF-8",
    remedy: "Check accented letters; save the file as UTF-8 to be sure.",
  };
  return { text: decodeStrictly(bytes, "windows-1252")!, encoding: "windows-1252", issues: [issue] };
}

function decodeStrictly(bytes: Uint8Array, encoding: string): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}

function utf16Mark(bytes: Uint8Array): "utf-16le" | "utf-16be" | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  return null;
}

/** The delimiter that stands most often outside quotes in the first line that is not blank; a comma where none does. */
export function findDelimiter(text: string): "," | ";" | "\t" | "|" {
  const counts = { ",": 0, ";": 0, "\t": 0, "|": 0 };
  let quoted = false;
  let seen = false;
  for (const letter of text) {
    if (letter === '"') quoted = !quoted;
    else if (!quoted && (letter === "\n" || letter === "\r")) {
      if (seen) break;
      continue;
    } else if (!quoted && letter in counts) counts[letter as keyof typeof counts]++;
    seen = true;
  }
  const order = [",", ";", "\t", "|"] as const;
  return order.reduce((best, letter) => (counts[letter] > counts[best] ? letter : best));
}
