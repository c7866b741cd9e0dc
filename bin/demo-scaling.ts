/** Plays the closed loop of scaling on the local cloud: `npm run demo:scaling`. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { freshAssembly } from '../lib/cli/assembly.ts';
import { demoChart, demoText } from '../lib/cli/demo/demo-text.ts';
import { isProven, playScalingDemo } from '../lib/cli/demo/scaling-demo.ts';
import { painter } from '../lib/cli/style.ts';
import { processTerminal } from '../lib/cli/terminal.ts';
import { batonApp } from '../lib/infra/app.ts';
import { parseLoadTrace, wholeTrace } from '../lib/model/load-trace.ts';

const usage = `npm run demo:scaling [-- --hours N] [--chart FILE]

Deploys examples/scaling/service.yaml on a local cloud, puts the load of examples/scaling/launch.csv on it (6 hours, or
the first N), lets Baton scale it, prints what happened and draws it (build/demo-scaling.svg).
Exits with 1 if a change of the capacity is not in the audit trail.`;

const root = join(import.meta.dirname, '..');
const { values } = parseArgs({
  options: {
    hours: { type: 'string', default: '6' },
    chart: { type: 'string', default: join(root, 'build', 'demo-scaling.svg') },
    help: { type: 'boolean', default: false },
  },
});
const hours = Number(values.hours);
if (values.help || !(hours > 0)) {
  console.log(values.help ? usage : `--hours is ${values.hours}; expected a number above 0\n\n${usage}`);
  process.exit(values.help ? 0 : 2);
}

const terminal = processTerminal(process.stdout, process.stderr, process.env);
const [request, load] = ['service.yaml', 'launch.csv'].map((name) => {
  const file = `examples/scaling/${name}`;
  return { file, text: readFileSync(join(root, file), 'utf8') };
}) as [{ file: string; text: string }, { file: string; text: string }];
const whole = wholeTrace(parseLoadTrace(load.text, load.file), load.file);
const trace = { ...whole, values: whole.values.slice(0, Math.ceil((hours * 3600) / whole.intervalSeconds)) };

terminal.print(`${request.file} under the load of ${load.file}, times 6, on the local cloud:`);
const run = await playScalingDemo({
  assemblyDirectory: await assembly(),
  ...{ request, trace, scale: 6 },
  onChange: ({ from, to }, minute) => terminal.print(`  after ${minute} min: ${from} to ${to} tasks`),
});
mkdirSync(dirname(values.chart), { recursive: true });
writeFileSync(values.chart, demoChart(run));
for (const line of ['', ...demoText(run, painter(terminal)), '', `Chart: ${values.chart}`])
  terminal.print(line);
process.exitCode = isProven(run) ? 0 : 1;

/** Returns an assembly in which policies are evaluated each minute, whatever `cdk.json` says. */
async function assembly(): Promise<string> {
  const usual = await freshAssembly(() => terminal.complain('Synthesizing the app…'));
  const { context } = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8'));
  if (context.baton.scaleEveryMinutes === 1) return usual;
  const folder = join(root, 'build', 'demo-scaling');
  const outdir = join(folder, 'cdk.out');
  const baton = { ...context.baton, scaleEveryMinutes: 1 };
  const bundled = join(root, 'build', 'lambdas');
  batonApp({ outdir, output: join(folder, 'lambdas'), bundled, context: { baton } }).synth();
  return outdir;
}
