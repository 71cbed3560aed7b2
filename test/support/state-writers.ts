import { relative } from 'node:path';
import ts from 'typescript';
import type { Writer } from './state-document.js';

/** What states are read from. */
export const STATE_TABLES = ['events', 'attempts', 'holds', 'lanes', 'breakers'];
const STATE_ENTITIES = /\b(Event|Attempt|Hold|Lane|Breaker)Entity\b/;

const WRITES =
  /(?:\b(?:UPDATE|(?:INSERT|REPLACE)(?:\s+IGNORE)?\s+INTO|DELETE\s+FROM|TRUNCATE(?:\s+TABLE)?)\s+[`"]?|\$\{deleteByKey\(')(\w+|\$\{)/gi;
/** Not a statement's beginning, but what the dialects do with a key that is taken, or a lock; or a deletion whose table its caller names. */
const PARTS = /\b(?:FOR|DUPLICATE KEY|DO)\s+UPDATE\b|DELETE FROM \$\{table\}`?$/gi;

/** TypeORM's ways of writing, as methods of what it gives out. */
const MAPPER_WRITES =
  /^(save|insert|update|updateAll|upsert|delete|deleteAll|remove|softDelete|softRemove|recover|restore|increment|decrement|clear|truncate)$/;

/** The functions in some TypeScript sources that write tables which states are read from, in SQL. */
export function sqlWriters(sources: readonly ts.SourceFile[]): Writer[] {
  return sources.flatMap((source) => {
    const found: Writer[] = [];
    visit(source, (node) => {
      const sql = textOf(node)?.replaceAll(PARTS, '');
      for (const [, table = ''] of sql?.matchAll(WRITES) ?? []) {
        if (isStateTable(table))
          found.push({ name: nameOf(node), file: relative('.', source.fileName), table });
      }
    });
    return found;
  });
}

/** Where sources write such tables through the object mapper, or may: `file: call`. */
export function mapperWriters(sources: readonly ts.SourceFile[], checker: ts.TypeChecker): string[] {
  return sources.flatMap((source) => {
    const found: string[] = [];
    visit(source, (node) => {
      if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return;
      const { expression: receiver, name } = node.expression;
      if (!MAPPER_WRITES.test(name.text)) return;
      const type = checker.getTypeAtLocation(receiver);
      if (!isMappers(type)) return;
      const about = `${checker.typeToString(type)} ${node.arguments.map((argument) => argument.getText()).join(' ')}`;
      if (STATE_ENTITIES.test(about) || STATE_TABLES.some((table) => about.includes(`'${table}'`)))
        found.push(`${relative('.', source.fileName)}: ${node.getText()}`);
    });
    return found;
  });
}

/** The sources of Hookwell that run, and what tells their types. */
export function readSources(): {
  readonly sources: readonly ts.SourceFile[];
  readonly checker: ts.TypeChecker;
} {
  const { config } = ts.readConfigFile('tsconfig.json', (path) => ts.sys.readFile(path)) as {
    config: object;
  };
  const { options, fileNames } = ts.parseJsonConfigFileContent(
    { ...config, include: ['src', 'libs'] },
    ts.sys,
    process.cwd(),
  );
  const program = ts.createProgram(
    fileNames.filter((name) => !name.endsWith('.spec.ts')),
    options,
  );
  const sources = program.getSourceFiles().filter(({ fileName }) => fileNames.includes(fileName));
  return { sources, checker: program.getTypeChecker() };
}

/** A table whose name is put together may be any. */
function isStateTable(table: string): boolean {
  return table === '${' || STATE_TABLES.includes(table.toLowerCase());
}

function isMappers(type: ts.Type): boolean {
  const files = type.getSymbol()?.declarations?.map((declaration) => declaration.getSourceFile().fileName);
  return files?.some((file) => file.includes('/node_modules/typeorm/')) ?? false;
}

/** A text in the source, with `${…}` for what is put in. */
function textOf(node: ts.Node): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text;
  return ts.isTemplateExpression(node) ? node.getText().slice(1, -1) : undefined;
}

/** The function that a node is in: `Class.method`, or the name of what stands at the file's top. */
function nameOf(node: ts.Node): string {
  for (let up: ts.Node = node; ; up = up.parent) {
    if (ts.isMethodDeclaration(up) && ts.isClassLike(up.parent))
      return `${up.parent.name?.text ?? ''}.${up.name.getText()}`;
    if ((ts.isFunctionDeclaration(up) || ts.isVariableDeclaration(up)) && isTopLevel(up))
      return up.name?.getText() ?? '';
    if (ts.isSourceFile(up)) return '';
  }
}

function isTopLevel(node: ts.Node): boolean {
  const holder = ts.isVariableDeclaration(node) ? node.parent.parent.parent : node.parent;
  return ts.isSourceFile(holder);
}

function visit(node: ts.Node, see: (node: ts.Node) => void): void {
  see(node);
  node.forEachChild((child) => {
    visit(child, see);
  });
}
