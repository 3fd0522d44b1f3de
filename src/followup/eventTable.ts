/** The distinct times of a follow-up in ascending order, and for every row which of them is its own. */
interface TimeOrder {
  readonly times: Float64Array;
  readonly slot: Int32Array;
}

/**
 * Counts at each distinct time, for one group of people. With case weights the counts are sums of weights; everything
 * the stage estimates is a function of this table.
 */
export interface EventTable {
  readonly times: Float64Array;
  /** `events[k][j]`: events of cause k at time j. */
  readonly events: readonly Float64Array[];
  readonly censored: Float64Array;
  /** Still followed just before time j. Who is censored at a time is at risk for the events of that time. */
  readonly atRisk: Float64Array;
}

/** Ranks the times: the only sorting of the stage. Whole numbers (days) are ranked by marking which ones occur. */
export function orderTimes(time: Float64Array): TimeOrder {
  return orderDays(time) ?? orderAny(time);
}

function orderAny(time: Float64Array): TimeOrder {
  const sorted = time.slice().sort();
  let count = 0;
  for (let j = 0; j < sorted.length; j++) {
    if (j === 0 || sorted[j] !== sorted[j - 1]) sorted[count++] = sorted[j]!;
  }
  const times = sorted.slice(0, count);
  const slot = new Int32Array(time.length);
  for (let row = 0; row < time.length; row++) slot[row] = firstAtLeast(times, time[row]!);
  return { times, slot };
}

/** Null unless all times are whole numbers below `largestDay`. */
function orderDays(time: Float64Array): TimeOrder | null {
  const rank = new Int32Array(largestDay);
  for (let row = 0; row < time.length; row++) {
    const day = time[row]!;
    if (!(day >= 0 && day < largestDay && day === Math.floor(day))) return null;
    rank[day] = 1;
  }
  const times: number[] = [];
  for (let day = 0; day < largestDay; day++) if (rank[day] === 1) rank[day] = times.push(day) - 1;
  const slot = new Int32Array(time.length);
  for (let row = 0; row < time.length; row++) slot[row] = rank[time[row]!]!;
  return { times: Float64Array.from(times), slot };
}

const largestDay = 2 ** 16;

/** The first position in ascending `times` whose value is at least `value`; `times.length` when there is none. */
export function firstAtLeast(times: Float64Array, value: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (times[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How many of the ascending `times` are at most `value`. */
export function countUpTo(times: Float64Array, value: number): number {
  const position = firstAtLeast(times, value);
  return position < times.length && times[position] === value ? position + 1 : position;
}

export function emptyEventTable(times: Float64Array, causes: number): EventTable {
  return {
    times,
    events: Array.from({ length: causes }, () => new Float64Array(times.length)),
    censored: new Float64Array(times.length),
    atRisk: new Float64Array(times.length),
  };
}

/** What happened to the rows: 0 censored, k event of cause k; `group` says whose table a row belongs to. */
export interface Histories {
  readonly order: TimeOrder;
  readonly cause: Int32Array;
  readonly group: Int32Array;
  /** Under late entry: how many of the distinct times are at or before the row's entry, when it was not yet at risk. */
  readonly entered?: Int32Array | null;
}

/** Fills one table per group from the rows and their weights; nothing is allocated. */
export function countEvents(
  histories: Histories,
  weights: Float64Array | null,
  tables: readonly EventTable[],
): readonly EventTable[] {
  const { order, cause, group, entered } = histories;
  for (const table of tables) {
    for (const events of table.events) events.fill(0);
    table.censored.fill(0);
    table.atRisk.fill(0);
  }
  for (let row = 0; row < cause.length; row++) {
    const table = tables[group[row]!]!;
    const counts = cause[row] === 0 ? table.censored : table.events[cause[row]! - 1]!;
    const weight = weights === null ? 1 : weights[row]!;
    counts[order.slot[row]!]! += weight;
    if (entered != null && entered[row]! > 0) table.atRisk[entered[row]! - 1]! -= weight;
  }
  for (const { times, events, censored, atRisk } of tables) {
    let remaining = 0;
    for (let j = times.length - 1; j >= 0; j--) {
      remaining += censored[j]! + atRisk[j]!;
      for (const counts of events) remaining += counts[j]!;
      atRisk[j] = remaining;
    }
  }
  return tables;
}

/** The table of each group, every person counting `weights[row]`, or once. */
export function eventTables(
  histories: Histories,
  groups: number,
  causes: number,
  weights: Float64Array | null = null,
): readonly EventTable[] {
  const tables = Array.from({ length: groups }, () => emptyEventTable(histories.order.times, causes));
  return countEvents(histories, weights, tables);
}

/** Events of any cause at time j. */
export function eventsAt(table: EventTable, j: number): number {
  let total = 0;
  for (const counts of table.events) total += counts[j]!;
  return total;
}

/** The same follow-up with the events of every cause but one taken as the end of observation. */
export function causeSpecific(table: EventTable, cause: number): EventTable {
  const censored = Float64Array.from(table.censored);
  table.events.forEach((counts, k) => {
    if (k !== cause) for (let j = 0; j < counts.length; j++) censored[j]! += counts[j]!;
  });
  return { times: table.times, events: [table.events[cause]!], censored, atRisk: table.atRisk };
}

/** The largest time at which somebody of the table was still followed; null for an empty table. */
export function lastFollowUp(table: EventTable): number | null {
  for (let j = table.times.length - 1; j >= 0; j--) if (table.atRisk[j]! > 0) return table.times[j]!;
  return null;
}
