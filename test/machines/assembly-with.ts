import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { batonApp } from '../../lib/infra/app.ts';

/**
 * An assembly with other settings than those of `cdk.json`, synthesized in this process; gone when it ends.
 *
 * @param settings as they stand in `cdk.json`, context key `baton`
 */
export function assemblyWith(settings: object): string {
  const scratch = join(import.meta.dirname, '..', '..', 'build', `test-machines-${process.pid}`);
  process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));
  const outdir = join(scratch, 'cdk.out');
  batonApp({ outdir, output: join(scratch, 'lambdas'), context: { baton: settings } }).synth();
  return outdir;
}
