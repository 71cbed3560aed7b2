import ts from 'typescript';
import { beforeAll, describe, expect, it } from 'vitest';
import { NOWHERE, readStateMachines } from '../support/state-document.js';
import { mapperWriters, readSources, sqlWriters, STATE_TABLES } from '../support/state-writers.js';

const machines = readStateMachines();

/** One line for each writer. */
const lines = (writers: ReturnType<typeof sqlWriters>): string[] =>
  [...new Set(writers.map(({ table, name, file }) => `${table}: ${name} in ${file}`))].toSorted();

describe('the document of states', () => {
  it('has a machine for all that has states', () => {
    expect([...machines.keys()]).toEqual(['Event', 'Operation', 'Lane', 'Breaker']);
  });

  it.each([...machines])(
    'shows all states of %s in its diagram that its table has, and no other',
    (_, machine) => {
      const shown = new Set([...machine.edges].flatMap((way) => way.split(' → ')));
      expect([...shown].filter((name) => name !== NOWHERE).toSorted()).toEqual(machine.states.toSorted());
    },
  );

  it.each(['Event', 'Lane', 'Breaker'])('gives every transition of %s a writer', (name) => {
    const machine = machines.get(name);
    expect([...(machine?.written ?? [])].toSorted()).toEqual([...(machine?.edges ?? [])].toSorted());
  });
});

describe('what states are read from', () => {
  let sources: readonly ts.SourceFile[];
  let checker: ts.TypeChecker;

  beforeAll(() => {
    ({ sources, checker } = readSources());
  });

  it('is written by the functions that the document names, and by no other', () => {
    const documented = [...machines.values()].flatMap(({ writers }) => writers);
    expect(lines(sqlWriters(sources))).toEqual(lines(documented));
    expect(new Set(documented.map(({ table }) => table))).toEqual(new Set(STATE_TABLES));
  });

  it('is found to be written wherever that stands', () => {
    const text = `
      const CLEAR = 'delete from \`holds\`';
      class Store {
        move(table) { run("UPDATE  events SET x"); run(\`INSERT INTO \${table} VALUES\`); run('INSERT INTO sources VALUES'); }
      }
      const run = () => all('SELECT 1 FROM events FOR UPDATE');`;
    const source = ts.createSourceFile('src/a.ts', text, ts.ScriptTarget.Latest, true);
    expect(lines(sqlWriters([source]))).toEqual([
      '${: Store.move in src/a.ts',
      'events: Store.move in src/a.ts',
      'holds: CLEAR in src/a.ts',
    ]);
  });

  it('is not written through the object mapper', () => {
    expect(sources.length).toBeGreaterThan(150);
    expect(mapperWriters(sources, checker)).toEqual([]);
  });
});
