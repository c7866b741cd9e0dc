import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { figureOf, type Row } from './figures.ts';

const directory = join(import.meta.dirname, '..', '..', 'build', 'lambdas');

/**
 * Measures the size of each handler's bundle, and the time to import it compared with bare Node, each time in a fresh
 * process: as elapsed time, and as processor time, which a busy machine affects little and which has the target.
 */
export function handlerRows(repeats: number): Row[] {
  if (!existsSync(directory)) return [];
  const files = readdirSync(directory).filter((file) => file.endsWith('.mjs'));
  return files.map((file) => {
    const path = join(directory, file);
    const imports = Array.from({ length: repeats }, () => importOnce(path));
    const kilobytes = statSync(path).size / 1000;
    const limit = judging.includes(file) ? 120 : 80;
    const cpu = figureOf(imports.map(({ cpuMilliseconds }) => cpuMilliseconds));
    return {
      section: 'handlers',
      name: file.replace('.mjs', ''),
      figures: {
        kB: kilobytes,
        'import ms (median / p95)': figureOf(imports.map(({ milliseconds }) => milliseconds)),
        'cpu ms (median / p95)': cpu,
      },
      target: `≤ 500 kB, ${limit} ms`,
      met: kilobytes <= 500 && cpu.median <= limit,
    };
  });
}

/** Handlers that load Cedar. */
const judging = ['evaluate-policy.mjs', 'pump.mjs'];

interface Import {
  milliseconds: number;
  cpuMilliseconds: number;
}

/** Imports a bundle in a separate process. Throws its output if that fails. */
function importOnce(path: string): Import {
  const script = `const cpu = process.cpuUsage(), from = performance.now();
    await import(${JSON.stringify(path)});
    const milliseconds = performance.now() - from, { user, system } = process.cpuUsage(cpu);
    console.log(JSON.stringify({ milliseconds, cpuMilliseconds: (user + system) / 1000 })); process.exit(0)`;
  const child = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH ?? '', AWS_REGION: 'us-east-1' },
  });
  if (child.status !== 0) throw new Error(`bench: ${path} can't be imported: ${child.stderr}`);
  return JSON.parse(child.stdout.trim().split('\n').at(-1) ?? '{}') as Import;
}
