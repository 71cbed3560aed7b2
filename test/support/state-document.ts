import { readFileSync } from 'node:fs';

/** What a row says, by column. */
export type Facts = Readonly<Record<string, string | null>>;

/** A function that writes what states are read from. */
export interface Writer {
  /** `Class.method`, or a function's name. */
  readonly name: string;
  readonly file: string;
  readonly table: string;
}

/** Ends what the diagram says of an arrow that SQLite does not have. */
const ON_MYSQL = 'on MySQL only';

/** No row: what comes before the first state and after the last. */
export const NOWHERE = '[*]';

export function edge(from: string, to: string): string {
  return `${from} → ${to}`;
}

/** What docs/state-machine.md says of one thing that has states. */
export class StateMachine {
  /** What its diagram shows, from → to, with what goes through a choice said in full. */
  readonly edges: ReadonlySet<string>;
  /** Those of them that an embedded installation has too. */
  readonly embeddedEdges: ReadonlySet<string>;
  readonly states: readonly string[];
  readonly writers: readonly Writer[];
  /** The transitions that the writers' table names; none where it names none. */
  readonly written: ReadonlySet<string>;
  private readonly rows: readonly Facts[];

  constructor(section: string) {
    const ways = waysOf(section);
    this.edges = new Set(ways.map((way) => way.edge));
    this.embeddedEdges = new Set(
      ways.filter(({ label }) => !label.endsWith(ON_MYSQL)).map((way) => way.edge),
    );
    this.rows = table(section, 'State');
    this.states = this.rows.map((row) => row['State'] ?? '');
    const writers = table(section, 'Writer');
    this.writers = writers.map(writerOf);
    this.written = new Set(writers.flatMap((row) => transitionsOf(row['Transitions'] ?? '')));
  }

  /** The one state that a row is in; where it is in none, or in several, a text that says so. */
  stateOf(facts: Facts): string {
    const found = this.rows.filter((row) =>
      Object.entries(facts).every(([column, value]) => admits(row[`\`${column}\``], value)),
    );
    const [one, ...others] = found;
    return one && others.length === 0
      ? String(one['State'])
      : `${found.length} states: ${JSON.stringify(facts)}`;
  }

  /** What an operation in a state has ended as; null where it has not ended. */
  endOf(state: string): string | null {
    return this.rows.find((row) => row['State'] === state)?.['Ends as'] ?? null;
  }
}

/** The machines that the document describes, by their headings. */
export function readStateMachines(
  text = readFileSync('docs/state-machine.md', 'utf8'),
): ReadonlyMap<string, StateMachine> {
  const sections = text.split(/^## /m).slice(1);
  return new Map(
    sections.map((section) => [section.slice(0, section.indexOf('\n')), new StateMachine(section)]),
  );
}

const ALTERNATIVES = /,\s*/;

/** Whether a cell admits a value: `X` that word, "none" or an empty cell NULL, "set" another, "any" all. */
function admits(cell: string | null | undefined, value: string | null): boolean {
  if (cell === undefined) throw new Error('the document has no such column');
  return (cell ?? 'none').split(ALTERNATIVES).some((alternative) => {
    switch (alternative) {
      case 'any':
        return true;
      case 'none':
        return value === null;
      case 'set':
        return value !== null;
      case 'a worker':
        return value !== null && value !== 'queue';
      default:
        return alternative === `\`${value}\``;
    }
  });
}

/** The transitions of a section's diagram, each with what makes it. */
function waysOf(section: string): { readonly edge: string; readonly label: string }[] {
  const [, diagram = ''] = /```mermaid\n([^`]*)```/.exec(section) ?? [];
  const choices = new Set([...diagram.matchAll(/^ *state (\w+) <<choice>>$/gm)].map(([, name]) => name));
  const arrows = [...diagram.matchAll(/^ *(\S+) --> (\S+?)(?:: (.*))?$/gm)].map(
    ([, from = '', to = '', label = '']) => ({ from, to, label }),
  );
  return arrows.flatMap(({ from, to, label }) => {
    if (choices.has(from)) return [];
    if (!choices.has(to)) return [{ edge: edge(from, to), label }];
    // To come back to where one was is no transition.
    const onwards = arrows.filter((next) => next.from === to && next.to !== from);
    return onwards.map((next) => ({ edge: edge(from, next.to), label: next.label }));
  });
}

/** The table of a section whose first column has a name: its rows by column; null for an empty cell. */
function table(section: string, first: string): Facts[] {
  const lines = section.split('\n');
  const begin = lines.findIndex((line) => cellsOf(line)[0] === first);
  if (begin === -1) throw new Error(`no table of each ${first} in ${section.slice(0, 20)}`);
  const names = cellsOf(lines[begin] ?? '');
  const rows = lines.slice(begin + 2);
  const end = rows.findIndex((line) => !line.startsWith('|'));
  return rows.slice(0, end === -1 ? rows.length : end).map((line) => {
    const cells = cellsOf(line);
    return Object.fromEntries(names.map((name, index) => [name, cells[index] || null]));
  });
}

function cellsOf(line: string): string[] {
  return line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
}

function writerOf(row: Facts): Writer {
  const [, name = '', path = ''] = /^\[`([\w.]+)`\]\(\.\.\/(\S+)\)$/.exec(row['Writer'] ?? '') ?? [];
  return { name, file: path, table: (row['Table'] ?? '').replaceAll('`', '') };
}

/** `A, B → C, D`: each of the first to each of the second. */
function transitionsOf(cell: string): string[] {
  const [froms, tos] = cell.split(' → ').map((side) => side.split(', '));
  return (froms ?? []).flatMap((from) => (tos ?? []).filter((to) => to !== from).map((to) => edge(from, to)));
}
