import type { Problem } from "../errors.ts";
import type { Cell, Table } from "../table.ts";

/** How often a missing code stood in a column; the blank cell has the code "". */
export interface MissingCodeCount {
  readonly column: string;
  readonly code: string;
  readonly count: number;
}

/** Where the cells came from. `null` where the data were rows or columns and not text. */
export interface CohortSource {
  readonly rows: number;
  readonly columns: number;
  readonly bytes: number | null;
  readonly encoding: string | null;
  readonly delimiter: string | null;
  readonly decimal: "." | "," | null;
}

/** A table whose cells were checked: what stands for missing is counted, people are told apart, types are settled. */
export interface Cohort extends Table {
  /** The columns that name a person, and the wave where a person has several rows. */
  readonly roles: { readonly id: string | null; readonly wave: string | null };
  /** What to call a column in a report; a column without a label is called by its name. */
  readonly labels: Readonly<Record<string, string>>;
  /** What did not stop the reading but is worth a look. */
  readonly issues: readonly Problem[];
  readonly missingCodes: readonly MissingCodeCount[];
  readonly source: CohortSource;
}

/** What a column is, where the values alone do not say it. */
export interface ColumnDeclaration {
  /** "identifier" and "category" keep the text as it stands ("001" stays "001"); "number" refuses every text. */
  readonly type?: "number" | "category" | "identifier";
  /** The categories in order, the first being the reference. A value outside them is refused. */
  readonly levels?: readonly (string | number)[];
  readonly label?: string;
  /** Codes that mean missing in this column, besides those of the whole file. */
  readonly missing?: readonly (string | number)[];
}

/** Settings of `toCohort`, and of `parseCohort` too. */
export interface CohortOptions {
  /** The column that names a person. Kept as text; every value must be present, and once. Default none. */
  readonly id?: string;
  /** For a file with one row per person and wave: then the pair of `id` and `wave` must be unique. Default none. */
  readonly wave?: string;
  /**
   * What means missing, besides the blank cell: codes for the whole file, replacing the default
   * `["NA", "NaN", "."]`, or codes by column, which are added to it.
   */
  readonly missing?: readonly (string | number)[] | Readonly<Record<string, readonly (string | number)[]>>;
  readonly columns?: Readonly<Record<string, ColumnDeclaration>>;
}

/** Settings of `parseCohort`. */
export interface ParseOptions extends CohortOptions {
  /** Default "auto": the one of comma, semicolon, tab and bar that the first line holds most often. */
  readonly delimiter?: "auto" | "," | ";" | "\t" | "|";
  /** Default "auto": a comma where the delimiter is a semicolon or a tab and the numbers are written so. */
  readonly decimal?: "auto" | "." | ",";
  /** Default "auto": UTF-8, and Windows-1252 (which contains Latin-1) where the bytes are not UTF-8. */
  readonly encoding?: "auto" | "utf-8" | "windows-1252" | "utf-16le" | "utf-16be";
  /** Refuse larger files. Default 200,000,000. */
  readonly maxBytes?: number;
  /** Refuse wider files. Default 20,000. */
  readonly maxColumns?: number;
}

/** A column on its way in: `cells` are texts from a file, or values. */
export interface RawColumn {
  readonly name: string;
  readonly cells: readonly Cell[];
  /** Levels that the column already had as a category. */
  readonly levels?: readonly string[];
}
