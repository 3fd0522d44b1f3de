import type { Block } from "./document.ts";

/** The blocks as GitHub-flavoured Markdown. Every text is escaped, so that a label cannot become markup. */
export function writeMarkdown(blocks: readonly Block[]): string {
  return `${blocks.map(blockText).join("\n\n")}\n`;
}

function blockText(block: Block): string {
  switch (block.type) {
    case "heading":
      return `${"#".repeat(block.level)} ${escapeText(block.text)}`;
    case "paragraph":
      return block.strong ? `**${escapeText(block.text)}**` : escapeText(block.text);
    case "list":
      return block.items.map((item) => `- ${escapeText(item)}`).join("\n");
    case "table":
      return [
        `*${escapeText(block.caption)}*`,
        "",
        row(block.head),
        row(
          block.head.map((_, index) => (index === 0 ? ":--" : "--:")),
          false,
        ),
        ...block.rows.map((cells) => row(cells)),
      ].join("\n");
  }
}

function row(cells: readonly string[], escaped = true): string {
  return `| ${cells.map((cell) => (escaped ? escapeText(cell) : cell)).join(" | ")} |`;
}

function escapeText(text: string): string {
  return text
    .replace(/[\r\n\t]+/g, " ")
    .replace(/[\\`*_{}[\]<>#|]/g, (character) =>
      character === "<" ? "&lt;" : character === ">" ? "&gt;" : `\\${character}`,
    )
    .replace(/^(\d+)\. /, "$1\\. ")
    .replace(/^([-+]) /, "\\$1 ");
}
