import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';
import { story } from '../sample.ts';

const folder = mkdtempSync(join(tmpdir(), 'baton-types-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Creates the type specs in a process of its own, and then reads them for three seconds. */
function createAndRead(directory: string): Promise<string> {
  const module = new URL('../../lib/spec/ensure-types.ts', import.meta.url).href;
  const code = `
    import { readdirSync, readFileSync } from 'node:fs';
    import { ensureTypes } from '${module}';
    const directory = ensureTypes('${directory}');
    const until = Date.now() + 3000;
    while (Date.now() < until)
      for (const file of readdirSync(directory).slice(0, 200)) readFileSync(directory + '/' + file);`;
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (data) => {
      said += String(data);
    });
    child.on('error', reject);
    child.on('close', () => resolve(said));
  });
}

story(
  'processes that create the type specs at the same time do not remove them from each other',
  async () => {
    const directory = join(folder, 'types');
    expect(await Promise.all([1, 2].map(() => createAndRead(directory)))).toEqual(['', '']);
    expect(readdirSync(folder)).toEqual(['types']);
  },
);
