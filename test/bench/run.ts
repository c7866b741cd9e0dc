import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Row, table } from './figures.ts';
import { fullRows } from './full-rows.ts';
import { handlerRows } from './handler-rows.ts';
import { interpreterRows } from './interpreter-rows.ts';
import { planningRows } from './planning-rows.ts';
import { policyRows } from './policy-rows.ts';
import { scaleAssetRows } from './scale-asset-rows.ts';
import { scalingRows } from './scaling-rows.ts';
import { schedulingRows } from './scheduling-rows.ts';

const usage = `npm run bench -- [--quick] [--only ${'scheduling,planning,policy,handlers,interpreter,scaling,scale-asset,full'}]

Prints a table for each part and writes bench-results.json. --quick takes fewer seeds and smaller sizes.
Exits with 1 if a target is missed.`;

/** The parts of the bench in the order they run. `quick` is for a check that takes seconds. */
const parts: Record<string, (quick: boolean) => Promise<Row[]> | Row[]> = {
  scheduling: (quick) => schedulingRows(quick ? 8 : 30),
  planning: (quick) => planningRows(quick ? [100, 1_000, 5_000] : [100, 1_000, 5_000, 10_000, 100_000]),
  policy: (quick) => policyRows(quick ? 200 : 10_000, quick ? 1 : 5),
  handlers: (quick) => handlerRows(quick ? 3 : 11),
  interpreter: (quick) => interpreterRows(quick ? 3 : 11),
  scaling: (quick) => scalingRows(quick ? 2 : Number.POSITIVE_INFINITY),
  'scale-asset': (quick) => scaleAssetRows(quick ? 100 : 1_000),
  full: (quick) => fullRows(quick ? [100] : [100, 1_000, 5_000]),
};

const { values } = parseArgs({
  options: { quick: { type: 'boolean' }, only: { type: 'string' }, help: { type: 'boolean' } },
});
const wanted = values.only?.split(',') ?? Object.keys(parts);
const unknown = wanted.filter((name) => !Object.hasOwn(parts, name));
if (values.help || unknown.length > 0) {
  console.log(unknown.length > 0 ? `no such part: ${unknown.join(', ')}\n\n${usage}` : usage);
  process.exit(values.help ? 0 : 2);
}

const rows: Row[] = [];
for (const name of wanted) {
  const found = (await parts[name]?.(values.quick ?? false)) ?? [];
  console.log(`\n${found.length > 0 ? table(found) : `${name}: nothing to measure yet`}`);
  rows.push(...found);
}
const machine = { node: process.version, cpu: cpus()[0]?.model, cores: cpus().length };
const results = { at: new Date().toISOString(), machine, quick: values.quick ?? false, rows };
writeFileSync(
  join(import.meta.dirname, '..', '..', 'bench-results.json'),
  `${JSON.stringify(results, null, 2)}\n`,
);
const missed = rows.filter((row) => row.met === false);
for (const row of missed) console.log(`\nMISSED ${row.section}: ${row.name} (${row.target})`);
process.exitCode = missed.length > 0 ? 1 : 0;
