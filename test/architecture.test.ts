import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { transformSync } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { fitsWildcard } from '../lib/model/wildcard.ts';

/**
 * What each part may import apart from itself: the directions in docs/architecture.md. Features (planner, policy,
 * scaling...) share types but don't depend on each other: tasks and machines compose them.
 */
const stores = ['documents', 'dynamodb', 'events', 'executions', 'inventory', 'ledger', 'providers'];
const features = ['planner', 'policy', 'change', 'scaling', 'recovery', 'traffic', 'drift', 'delivery'];
const inputs = ['request', 'spec', 'template'];
const mayImport: Record<string, string[]> = {
  model: [],
  aws: ['model'],
  ...Object.fromEntries([...features, ...inputs].map((part) => [part, ['model']])),
  ...Object.fromEntries(stores.map((part) => [part, ['model', 'aws']])),
  cedar: ['model'],
  policy: ['model', 'cedar'],
  change: ['model', 'cedar'],
  request: ['model', 'template'],
  providers: ['model', 'aws', 'request'],
  rehearsal: ['model', 'planner', 'providers', 'template'],
  inventory: ['model', 'dynamodb', 'documents'],
  ledger: ['model', 'dynamodb'],
  audit: ['model', 'cedar', 'change', 'ledger', 'planner', 'policy'],
  tasks: ['model', 'rehearsal', ...stores, ...features, ...inputs],
  runtime: ['model', 'aws', ...stores, ...features, ...inputs],
  infra: ['model', 'change', 'events', 'policy', 'spec', 'statemachines'],
  local: ['model', 'spec', 'template'],
  client: ['model', 'audit', 'aws', 'tasks', ...stores, ...features, ...inputs],
  cli: [
    'model',
    'audit',
    'change',
    'client',
    'ledger',
    'local',
    'policy',
    'request',
    'scaling',
    'spec',
    'tasks',
  ],
  statemachines: ['model'],
  lambdas: ['model', 'runtime', 'tasks', ...stores, ...features, ...inputs],
  bin: ['model', 'cli', 'infra'],
};

/** Tables with one row on each line. They are long because they have many similar rows. */
const dataFiles = ['lib/local/template/resource-types.ts'];
const linesMax = 300;

const root = join(import.meta.dirname, '..');
const product = filesBelow('bin', 'lib', 'lambdas', 'statemachines');
const all = [...product, ...filesBelow('test')];
const texts = new Map(all.map((file) => [file, readFileSync(join(root, file), 'utf8')]));

function filesBelow(...folders: string[]): string[] {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => join(folder, file)),
  );
}

/** Returns the project files that a file imports, including types, as paths from the root. */
function importsOf(file: string, text: string = texts.get(file) ?? ''): string[] {
  const statements =
    /^(?:(?:import|export)\b[^;'"]*?\bfrom|import)\s+['"](\.[^'"]+)['"]|\bimport\(\s*['"](\.[^'"]+)['"]/gms;
  return [...text.matchAll(statements)].map((match) => join(dirname(file), match[1] ?? match[2] ?? ''));
}

/** Returns the part of a file: `planner` for `lib/planner/graph.ts`, `lambdas` for `lambdas/admit.ts`. */
function partOf(file: string): string {
  const [top = '', second = ''] = file.split('/');
  return top === 'lib' ? second : top;
}

/** Returns the cycles among the files, each as a path that ends where it starts, one for each edge back into a path. */
function findCycles(graph: Map<string, string[]>): string[] {
  const cycles: string[] = [];
  const done = new Set<string>();
  const visit = (file: string, path: string[]): void => {
    const start = path.indexOf(file);
    if (start >= 0) cycles.push([...path.slice(start), file].join(' → '));
    if (start >= 0 || done.has(file)) return;
    for (const next of graph.get(file) ?? []) visit(next, [...path, file]);
    done.add(file);
  };
  for (const file of graph.keys()) visit(file, []);
  return cycles;
}

/** Returns files whose code matches a pattern, ignoring comments and strings. */
function using(pattern: RegExp, files: string[]): string[] {
  return files.filter((file) => {
    const code = (texts.get(file) ?? '').replace(/\/\*.*?\*\/|\/\/[^\n]*|'(?:[^'\\\n]|\\.)*'/gs, "''");
    return pattern.test(code);
  });
}

/** Returns the statements of a module that do something when it is imported, each by its first line. */
function effectsOf(text: string): string[] {
  // esbuild prints each statement of a module from the first column, without types, comments and strings of several lines.
  const { code } = transformSync(text, { loader: 'ts', supported: { 'template-literal': false } });
  const declares = /^(?:import (?!")|export |(?:const|let|var|class|(?:async )?function\*?) |[\s})\]]|$)/;
  return code.split('\n').filter((line) => !declares.test(line) || /^\s+static \{/.test(line));
}

describe('the helpers of this test recognize', () => {
  test('what a module does when it is imported', () => {
    const nothing = [
      "import { a } from './a.ts';",
      "import type { B } from './b.ts';",
      'export type C =\n& string\n| number;',
      '/*\na();\n*/',
      'const text = `\na();\n${a()}\nb();\n`;',
      'export const d = a(\n  1,\n);',
      'export default class E { static f = 1; }',
      'export async function g() {\n  a();\n}',
      'let h = 0;',
    ];
    expect(nothing.flatMap((text) => effectsOf(text))).toEqual([]);
    const something = [
      "import './a.ts';",
      'z.config(en());',
      'process.env.A = "1";',
      'if (a) b();',
      'for (const c of d) e(c);',
      '[1].forEach(f);',
      'await g();',
      'class H { static { i(); } }',
      'new J();',
      'k ??= 1;',
    ];
    expect(something.filter((text) => effectsOf(text).length === 0)).toEqual([]);
  });

  test('imports of every form', () => {
    const text = [
      "import { a } from './a.ts';",
      "import type { B } from '../b.ts';",
      "export { c } from './c/d.ts';",
      "import './e.ts';",
      "import {\n  f,\n} from './f.ts';",
      "const g = await import('./g.ts');",
      "import { h } from 'zod';",
      "export const i = join(import.meta.dirname, '..');",
    ].join('\n');
    const expected = ['a.ts', '../b.ts', 'c/d.ts', 'e.ts', 'f.ts', 'g.ts'].map((file) => join('lib/x', file));
    expect(importsOf('lib/x/y.ts', text)).toEqual(expected);
  });

  test('cycles', () => {
    expect(findCycles(new Map(Object.entries({ a: ['b'], b: ['c'], c: ['b'] })))).toEqual(['b → c → b']);
    expect(findCycles(new Map(Object.entries({ a: ['b', 'c'], b: ['c'], c: [] })))).toEqual([]);
  });
});

describe('imports', () => {
  test('follow the dependency table', () => {
    const wrong = product.flatMap((file) =>
      importsOf(file)
        .filter((target) => partOf(target) !== partOf(file))
        .filter((target) => !mayImport[partOf(file)]?.includes(partOf(target)))
        .map((target) => `${file} imports ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  test('come from parts that the table lists', () => {
    const missing = product.map(partOf).filter((part) => mayImport[part] === undefined);
    expect([...new Set(missing)]).toEqual([]);
  });

  test('never go from product code to tests', () => {
    const wrong = product.filter((file) => importsOf(file).some((target) => target.startsWith('test/')));
    expect(wrong).toEqual([]);
  });

  test('point to existing files', () => {
    const missing = product.flatMap((file) =>
      importsOf(file)
        .filter((target) => target.endsWith('.ts') && !texts.has(target))
        .map((target) => `${file} imports ${target}`),
    );
    expect(missing).toEqual([]);
  });

  test('have no cycles of values or types', () => {
    expect(findCycles(new Map(product.map((file) => [file, importsOf(file)])))).toEqual([]);
  });
});

/**
 * Bundles leave out modules of which they use nothing, except those that `sideEffects` of package.json names. What a module does when
 * it is imported would be left out with it. A script that nothing imports is in no bundle.
 */
test('a module that does something when it is imported is in sideEffects of package.json', () => {
  const { sideEffects } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    sideEffects: string[];
  };
  const imported = new Set(product.flatMap((file) => importsOf(file)));
  const doing = product
    .filter((file) => imported.has(file))
    .map((file) => [file, effectsOf(texts.get(file) ?? '')] as const)
    .filter(([, effects]) => effects.length > 0);
  const unnamed = doing.filter(([file]) => !sideEffects.some((pattern) => fitsWildcard(pattern, file)));
  expect(unnamed).toEqual([]);
  expect(doing.map(([file]) => file)).toContain('lib/runtime/input.ts');
});

describe('files', () => {
  test(`have at most ${linesMax} lines`, () => {
    const long = product
      .filter((file) => !dataFiles.includes(file))
      .map((file) => [file, (texts.get(file) ?? '').split('\n').length - 1] as const)
      .filter(([, lines]) => lines > linesMax);
    expect(long).toEqual([]);
  });

  test('have kebab-case names', () => {
    const wrong = all.filter((file) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z]+)*\.ts$/.test(basename(file)));
    expect(wrong).toEqual([]);
  });

  test('do not use any', () => {
    expect(using(/[:<|&,]\s*any\b|\bas any\b|\bany\[\]/, all)).toEqual([]);
  });
});

describe('time and randomness are inputs', () => {
  // The local cloud has its own clock. The client tools and the composition root use the real one.
  const outside = ['local', 'client', 'cli', 'runtime', 'bin'];
  const inside = product.filter((file) => !outside.includes(partOf(file)));
  const sources: Record<string, RegExp> = {
    'Date.now()': /\bDate\.now\(/,
    'new Date()': /\bnew Date\(\s*\)/,
    'performance.now()': /\bperformance\.now\(/,
    'Math.random()': /\bMath\.random\(/,
  };
  for (const [name, pattern] of Object.entries(sources))
    test(`there is no ${name} in product logic`, () => {
      expect(using(pattern, inside)).toEqual([]);
    });
});

test('tests mock instances of clients, because files share a process (vitest.config.ts)', () => {
  expect(using(/\bmockClient\((?![a-z])/, filesBelow('test'))).toEqual([]);
});

test('lib/client prints nothing and does not use process', () => {
  const client = product.filter((file) => partOf(file) === 'client');
  expect(client.length).toBeGreaterThan(0);
  expect(using(/\bconsole\.|\bprocess\.|\bargv\b|\bterminal\b/i, client)).toEqual([]);
});

test('tasks, planners and lib/model do not name a provider: lib/providers/registry.ts does', () => {
  const parts = ['lib/tasks/', 'lib/planner/', 'lib/model/'];
  const wrong = product
    .filter((file) => parts.some((part) => file.startsWith(part)))
    .filter((file) => /CloudControl|cloud-control|cloudcontrol/.test(texts.get(file) ?? ''));
  expect(wrong).toEqual([]);
});

test('there are no files directly in lib except the allowed ones', () => {
  const stray = product.filter((file) => dirname(file) === 'lib').map((file) => relative('lib', file));
  expect(stray).toEqual([]);
});
