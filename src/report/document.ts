/** A report before it has a format: the writers of Markdown and HTML are two readers of this list. Texts are plain. */
export type Block =
  | { readonly type: "heading"; readonly level: 1 | 2 | 3; readonly text: string }
  | { readonly type: "paragraph"; readonly text: string; readonly strong?: boolean }
  | { readonly type: "list"; readonly items: readonly string[] }
  | {
      readonly type: "table";
      readonly caption: string;
      readonly head: readonly string[];
      readonly rows: readonly (readonly string[])[];
    };

export const heading = (level: 1 | 2 | 3, text: string): Block => ({ type: "heading", level, text });
export const paragraph = (text: string): Block => ({ type: "paragraph", text });
export const headline = (text: string): Block => ({ type: "paragraph", text, strong: true });
export const list = (items: readonly string[]): Block[] => (items.length === 0 ? [] : [{ type: "list", items }]);
export const table = (caption: string, head: readonly string[], rows: readonly (readonly string[])[]): Block => ({
  type: "table",
  caption,
  head,
  rows,
});
