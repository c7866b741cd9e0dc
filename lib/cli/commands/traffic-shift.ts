import { connect } from '../../client/deployment.ts';
import { findAsset } from '../../client/inventory/find-asset.ts';
import type { Run } from '../command.ts';
import { type SubmitOptions, submitChange } from '../submit-change.ts';
import { UsageError } from '../usage-error.ts';

interface Options extends SubmitOptions {
  to?: string;
  from?: string;
  strategy?: string;
  lift?: string;
}

export const run: Run<Options> = async ({ operands, options, terminal, environment }) => {
  const [name = ''] = operands;
  const { to, from, strategy, lift } = options;
  if (to === undefined)
    throw new UsageError(
      ['--to is missing; expected --to SIDE, the side that gets the traffic'],
      'traffic shift',
    );
  const deployment = await connect(environment);
  const asset = await findAsset(deployment, name);
  if ('problem' in asset) throw new UsageError([asset.problem], 'traffic shift');
  const shift = {
    to,
    ...(from === undefined ? {} : { from }),
    ...(strategy === undefined ? {} : { strategy }),
    ...(lift === undefined ? {} : { lift }),
  };
  const [reason, words] = ['Shifted from the command line', 'the shift of traffic'];
  return submitChange(
    deployment,
    { asset, action: 'shift-traffic', shift, words, reason },
    options,
    terminal,
  );
};
