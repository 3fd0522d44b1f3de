import type { Block } from "./document.ts";

/** The blocks as text for a terminal or a notebook: tables in aligned columns, control characters removed. */
export function writePlainText(blocks: readonly Block[], width = 96): string {
  return `${blocks.map((block) => blockText(block, width)).join("\n\n")}\n`;
}

function blockText(block: Block, width: number): string {
  switch (block.type) {
    case "heading": {
      const text = clean(block.text);
      return block.level === 3 ? text : `${text}\n${(block.level === 1 ? "=" : "-").repeat(text.length)}`;
    }
    case "paragraph":
      return wrap(clean(block.text), width, "");
    case "list":
      return block.items.map((item) => `- ${wrap(clean(item), width - 2, "  ")}`).join("\n");
    case "table":
      return tableText(
        clean(block.caption),
        [block.head, ...block.rows].map((cells) => cells.map(clean)),
      );
  }
}

function tableText(caption: string, lines: readonly (readonly string[])[]): string {
  const widths = lines[0]!.map((_, column) => Math.max(...lines.map((cells) => cells[column]?.length ?? 0)));
  const text = lines.map((cells) =>
    cells
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join("  "),
  );
  return [caption, ...text].map((line) => line.trimEnd()).join("\n");
}

function wrap(text: string, width: number, indent: string): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/ +/)) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line].join(`\n${indent}`);
}

function clean(text: string): string {
  return text.replace(/[\r\n\t]+/g, " ").replace(/[\u0000-\u001f\u007f-\u009f]/g, "");
}
