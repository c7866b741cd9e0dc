import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { freshAssembly } from '../../lib/cli/assembly.ts';
import { batonApp } from '../../lib/infra/app.ts';
import { sha256 } from '../../lib/model/json.ts';

const root = join(import.meta.dirname, '..', '..');
/** All test files of a process share this. */
const shared = globalThis as { assemblies?: Set<string> };

/**
 * Returns an assembly with other settings than those of `cdk.json`, synthesized in this process once for the same
 * settings, and deleted when the process ends.
 *
 * @param settings as in the context key `baton` of `cdk.json`
 */
export async function assemblyWith(settings: object): Promise<string> {
  const folder = join(root, 'build', `test-machines-${process.pid}`);
  const scratch = join(folder, sha256(JSON.stringify(settings)).slice(0, 16));
  const outdir = join(scratch, 'cdk.out');
  if (shared.assemblies === undefined)
    process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  shared.assemblies ??= new Set();
  if (shared.assemblies.has(outdir)) return outdir;
  // Tests that pass hours would evaluate scaling policies every minute.
  const baton = { scaleEveryMinutes: 0, ...settings };
  // This bundles the code, which doesn't depend on settings.
  await freshAssembly(() => {});
  const bundled = join(root, 'build', 'lambdas');
  // The local cloud reads the folder of the functions where it is, instead of a copy of its 70 MB.
  const context = { baton, 'aws:cdk:disable-asset-staging': true };
  batonApp({ outdir, output: join(scratch, 'lambdas'), bundled, context }).synth();
  shared.assemblies.add(outdir);
  return outdir;
}
