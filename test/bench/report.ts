/** One line of a table: what was measured, by name. */
export type Row = Readonly<Record<string, string | number>>;

/** Prints a table for people, and a JSON line for each of its rows for programs. */
export function printRows(title: string, rows: readonly Row[]): void {
  print(`\n${title}`);
  const shown = rows.map((row) =>
    Object.fromEntries(Object.entries(row).map(([key, value]) => [key, rounded(value)])),
  );
  const columns = Object.keys(shown[0] ?? {});
  const widths = columns.map((column) =>
    Math.max(column.length, ...shown.map((row) => String(row[column]).length)),
  );
  const line = (cells: readonly string[]): string =>
    cells.map((cell, index) => cell.padStart(widths[index] ?? 0)).join('  ');
  print(line(columns));
  for (const row of shown) print(line(columns.map((column) => String(row[column]))));
  for (const row of shown) print(JSON.stringify({ bench: title, ...row }));
}

/** What was aimed for beside what was measured; nothing fails by it, for machines differ. */
export function aim(what: string, measured: number, comparison: '>=' | '<', wanted: number): Row {
  const met = comparison === '<' ? measured < wanted : measured >= wanted;
  return { what, measured, aim: `${comparison} ${wanted}`, met: met ? 'yes' : 'no' };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? 0)
    : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

/** The latency that the given share of events did not exceed. */
export function percentileOf(histogram: readonly { ms: number; events: number }[], share: number): number {
  const total = histogram.reduce((sum, { events }) => sum + events, 0);
  let seen = 0;
  for (const { ms, events } of histogram) {
    seen += events;
    if (seen >= total * share) return ms;
  }
  return 0;
}

function rounded(value: string | number): string | number {
  return typeof value === 'number' ? Math.round(value * 100) / 100 : value;
}

/** For people and programs alike, on stdout. */
export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
