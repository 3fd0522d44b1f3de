// Writes docs/simulation.md. From the project's folder: npm run simulate [-- --repetitions N --out PAGE --json RESULTS --from RESULTS]
// `--json` keeps the results, from which `--from` writes the page again (with the same --repetitions).
import { readFileSync, writeFileSync } from "node:fs";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { pageText } from "./page.ts";
import { type Results, repetitionsFrom, type StudyName, studies } from "./studies.ts";

interface Message {
  readonly name: StudyName;
  readonly result: unknown;
  readonly seconds: number;
}

/** Long ones first. */
const order: readonly StudyName[] = [
  "linear",
  "limits",
  "moderated",
  "counted",
  "needed",
  "tests",
  "survival",
  "liberal",
  "nothing",
  "confounded",
  "measurement",
  "induced",
  "monteCarlo",
  "repeated",
  "yardstick",
];

const option = (name: string) => {
  const place = process.argv.indexOf(name);
  return place < 0 ? undefined : process.argv[place + 1];
};

async function work({ names, cohorts }: { names: readonly StudyName[]; cohorts: number }): Promise<void> {
  const all = studies(repetitionsFrom(cohorts));
  for (const name of names) {
    const from = performance.now();
    const result = await all[name]();
    parentPort!.postMessage({ name, result, seconds: (performance.now() - from) / 1000 } satisfies Message);
  }
}

async function write(): Promise<void> {
  const cohorts = Number(option("--repetitions") ?? 150);
  if (!Number.isInteger(cohorts) || cohorts < 10) throw new RangeError("--repetitions: a whole number from 10");
  const raw = option("--json");
  const kept = option("--from");
  const results: Partial<Record<StudyName, unknown>> = kept === undefined ? {} : JSON.parse(readFileSync(kept, "utf8"));
  const threads = 4;
  const shares = Array.from({ length: threads }, (_, t) =>
    order.filter((name, place) => results[name] === undefined && place % threads === t),
  );
  await Promise.all(
    shares.map(
      (names) =>
        new Promise<void>((resolve, reject) => {
          const worker = new Worker(new URL(import.meta.url), { workerData: { names, cohorts } });
          worker.on("message", ({ name, result, seconds }: Message) => {
            results[name] = result;
            if (raw !== undefined) writeFileSync(raw, JSON.stringify(results));
            process.stderr.write(`${name}: ${seconds.toFixed(0)} s\n`);
          });
          worker.on("error", reject);
          worker.on("exit", () => resolve());
        }),
    ),
  );
  writeFileSync(option("--out") ?? "docs/simulation.md", pageText(results as Results, repetitionsFrom(cohorts)));
}

await (isMainThread ? write() : work(workerData));
