import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { batonApp } from '../../lib/infra/app.ts';
import { sha256 } from '../../lib/model/json.ts';

/** All test files of a process share this. */
const shared = globalThis as { assemblies?: Set<string> };

/**
 * Returns an assembly with other settings than those of `cdk.json`, synthesized in this process once for the same
 * settings, and deleted when the process ends.
 *
 * @param settings as in the context key `baton` of `cdk.json`
 */
export function assemblyWith(settings: object): string {
  const folder = join(import.meta.dirname, '..', '..', 'build', `test-machines-${process.pid}`);
  const scratch = join(folder, sha256(JSON.stringify(settings)).slice(0, 16));
  const outdir = join(scratch, 'cdk.out');
  if (shared.assemblies === undefined)
    process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  shared.assemblies ??= new Set();
  if (shared.assemblies.has(outdir)) return outdir;
  batonApp({ outdir, output: join(scratch, 'lambdas'), context: { baton: settings } }).synth();
  shared.assemblies.add(outdir);
  return outdir;
}
