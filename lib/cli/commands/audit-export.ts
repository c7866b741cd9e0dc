import { readTrail } from '../../client/audit/read-trail.ts';
import { connect } from '../../client/deployment.ts';
import { Seals } from '../../ledger/seals.ts';
import { bundlePath, writeBundle } from '../audit/bundle-file.ts';
import { type Dates, rangeOf } from '../audit/dates.ts';
import { exitStatus, type Run } from '../command.ts';
import { counted } from '../style.ts';
import { UsageError } from '../usage-error.ts';

export const run: Run<Dates & { out?: string }> = async ({ options, terminal, environment }) => {
  if (options.out === undefined)
    throw new UsageError(['--out is missing; expected a file or a folder'], 'audit export');
  const range = rangeOf(options, 'audit export');
  const deployment = await connect(environment);
  const path = bundlePath(options.out);
  const last = await new Seals(deployment.ledger.table).latest();
  const lines = await writeBundle(path, readTrail(deployment, range));
  terminal.print(`${path}: ${counted(lines, 'line')}, ${sealText(last)}`);
  return exitStatus.completed;
};

function sealText(last: { number: number; at: string } | undefined): string {
  return last === undefined ? 'nothing sealed yet' : `sealed up to seal ${last.number} of ${last.at}`;
}
