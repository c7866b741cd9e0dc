import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { figureOf, type Row } from './figures.ts';

const directory = join(import.meta.dirname, '..', '..', 'build', 'lambdas');

/** Size of each handler's bundle, and what importing it takes over bare Node, each time in a fresh process. */
export function handlerRows(repeats: number): Row[] {
  if (!existsSync(directory)) return [];
  const files = readdirSync(directory).filter((file) => file.endsWith('.mjs'));
  return files.map((file) => {
    const path = join(directory, file);
    const milliseconds = Array.from({ length: repeats }, () => importMilliseconds(path));
    const kilobytes = statSync(path).size / 1000;
    const limit = file === 'evaluate-policy.mjs' || file === 'pump.mjs' ? 120 : 80;
    const figure = figureOf(milliseconds);
    return {
      section: 'handlers',
      name: file.replace('.mjs', ''),
      figures: { kB: kilobytes, 'import ms (median / p95)': figure },
      target: `≤ 500 kB, ${limit} ms`,
      met: kilobytes <= 500 && figure.median <= limit,
    };
  });
}

/** The environment a handler parses when it is imported need not be there: failing then has imported it too. */
function importMilliseconds(path: string): number {
  const script = `const from = performance.now(); await import(${JSON.stringify(path)}).catch(() => 0);
    console.log(performance.now() - from); process.exit(0)`;
  const child = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH ?? '', AWS_REGION: 'us-east-1', BATON_BENCH: '1' },
  });
  return Number.parseFloat(child.stdout.trim().split('\n').at(-1) ?? '');
}
