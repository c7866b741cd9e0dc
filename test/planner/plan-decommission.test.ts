import { describe, expect, it } from 'vitest';
import { PlanRefused, StillNeeded } from '../../lib/planner/errors.ts';
import { checkPlan, type DecommissionInput, planDecommission } from '../../lib/planner/index.ts';
import { built, desire, lookup, network, outline } from './example.ts';

const desired = desire(...network);
const assets = built(desired);
const idOf = (name: string) => assets.find((asset) => asset.logicalId === name)?.id ?? '';

function plan(more: Partial<DecommissionInput> = {}) {
  const made = planDecommission({
    requestId: 'request-2',
    header: { ...desired.header, action: 'decommission' },
    assets,
    dependents: [],
    lookup,
    ...more,
  });
  expect(checkPlan(made, { assets: more.assets ?? assets, lookup })).toEqual([]);
  return made;
}

describe('planDecommission', () => {
  it('refuses while something that stays needs what goes, and names each', () => {
    expect(() => plan({ assetIds: [idOf('Vpc')] })).toThrow(StillNeeded);
    expect(() => plan({ assetIds: [idOf('Vpc')] })).toThrow(/needed by SubnetA[\s\S]*needed by SubnetB/);
  });

  it('refuses while another scope points at it', () => {
    const [outside] = built(desire(['Peer', 'AWS::EC2::VPC', {}]), {
      Peer: { scope: 'test/other', dependsOnAssets: [idOf('Vpc')] },
    });
    const dependents = outside ? [outside] : [];
    expect(() => plan({ dependents })).toThrow(/needed by Peer .* of test\/other/);
    expect(
      plan({ dependents: dependents.map((one) => ({ ...one, status: 'Retired' as const })) }).steps,
    ).toHaveLength(4);
  });

  it('refuses an asset that is not there, and an empty scope', () => {
    expect(() => plan({ assetIds: ['nope'] })).toThrow(PlanRefused);
    expect(() => plan({ assets: [] })).toThrow(/holds nothing/);
  });

  it('removes a whole scope in reverse', () => {
    expect(outline(plan())).toEqual([
      'delete:Vpc < delete:SubnetA < delete:SubnetB',
      'delete:SubnetA < delete:Database',
      'delete:SubnetB < delete:Database',
      'delete:Database',
    ]);
  });

  it('removes a part, and leaves the rest', () => {
    const part = plan({ assetIds: [idOf('Database'), idOf('SubnetB')] });
    expect(outline(part)).toEqual(['delete:SubnetB < delete:Database', 'delete:Database']);
    expect(part.unchanged.map((one) => one.resource)).toEqual(['Vpc', 'SubnetA']);
  });

  it('goes by asset ids where they are kept, and is not held up by a circle in the inventory', () => {
    const circular = built(desired, {
      Vpc: { dependsOnAssets: [idOf('Database')] },
      Database: { dependsOnAssets: [idOf('Vpc')] },
    });
    expect(plan({ assets: circular }).steps).toHaveLength(4);
  });
});
