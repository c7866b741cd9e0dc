import { expect, it } from 'vitest';
import type { Asset } from '../../../lib/model/asset.ts';
import type { PropertyOwner } from '../../../lib/model/wish.ts';
import { planChange } from '../../../lib/planner/index.ts';
import { nextVersion } from '../../../lib/tasks/apply/asset-version.ts';
import { built, desire, lookup } from '../../planner/example.ts';

const group = 'AWS::AutoScaling::AutoScalingGroup';
const owner: PropertyOwner = {
  ...{ path: 'MinSize', owner: 'configuration', requestId: 'request-0', manifest: '2' },
};

/** Updates an asset with a manifest after a configuration has changed it from 2 to 9. */
async function updatedTo(MinSize: string, status: 'Succeeded' | 'Failed'): Promise<Asset> {
  const [made] = built(desire(['Fleet', group, { MinSize: '9', MaxSize: '10' }]));
  const before = { ...(made as Asset), owners: [owner] };
  const desired = desire(['Fleet', group, { MinSize, MaxSize: '20' }]);
  const plan = planChange({ requestId: 'request-1', desired, assets: [before], lookup });
  const [step] = plan.steps;
  if (step === undefined) throw new Error('nothing would change');
  const services = { inventory: { asset: async () => before }, ledger: { someSteps: async () => [] } };
  const run = { runId: 'run', requestId: 'request-1', changeId: 'change' };
  const record = { status, identifier: before.identifier };
  const { after } = await nextVersion(
    services as unknown as Parameters<typeof nextVersion>[0],
    run as Parameters<typeof nextVersion>[1],
    plan,
    step,
    record as Parameters<typeof nextVersion>[4],
    '2027-01-01T00:00:00.000Z',
  );
  return after;
}

it.each(['Succeeded', 'Failed'] as const)(
  'has the owners of the requested values if its update %s',
  async (status) => {
    expect(await updatedTo('2', status)).toMatchObject({ desired: { MinSize: '9' }, owners: [owner] });
    const taken = await updatedTo('60', status);
    expect(taken.desired).toMatchObject({ MinSize: '60' });
    expect(taken.owners).toBeUndefined();
  },
);

it('follows a manifest that takes its value back after a failed update', async () => {
  const failed = await updatedTo('60', 'Failed');
  const desired = desire(['Fleet', group, { MinSize: '2', MaxSize: '20' }]);
  const { steps } = planChange({ requestId: 'request-2', desired, assets: [failed], lookup });
  expect(steps).toMatchObject([{ desired: { MinSize: '2' } }]);
});
