import { styleText } from "node:util";

/** Where a command writes: results to standard output, everything else to standard error. */
export interface Screen {
  readonly result: (text: string) => void;
  readonly message: (text: string) => void;
  /** One line that is rewritten as the work proceeds; silent where nobody is watching. */
  readonly progress: (text: string) => void;
  readonly progressDone: () => void;
  readonly strong: (text: string) => string;
}

export function terminalScreen(): Screen {
  const { stdout, stderr } = process;
  let drawn = false;
  return {
    result: (text) => {
      stdout.write(text);
    },
    message: (text) => {
      stderr.write(`${text}\n`);
    },
    progress: (text) => {
      if (!stderr.isTTY) return;
      stderr.write(`\r\u001b[2K${text}`);
      drawn = true;
    },
    progressDone: () => {
      if (drawn) stderr.write("\r\u001b[2K");
      drawn = false;
    },
    strong: (text) => (stderr.isTTY ? styleText("bold", text) : text),
  };
}
