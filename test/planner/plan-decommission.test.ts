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
  it('rejects while a remaining resource needs a removed one, and names each', () => {
    expect(() => plan({ assetIds: [idOf('Vpc')] })).toThrow(StillNeeded);
    expect(() => plan({ assetIds: [idOf('Vpc')] })).toThrow(/needed by SubnetA[\s\S]*needed by SubnetB/);
  });

  it('rejects while another scope refers to it', () => {
    const [outside] = built(desire(['Peer', 'AWS::EC2::VPC', {}]), {
      Peer: { scope: 'test/other', dependsOnAssets: [idOf('Vpc')] },
    });
    const dependents = outside ? [outside] : [];
    expect(() => plan({ dependents })).toThrow(/needed by Peer .* of test\/other/);
    expect(
      plan({ dependents: dependents.map((one) => ({ ...one, status: 'Retired' as const })) }).steps,
    ).toHaveLength(4);
  });

  it('rejects a missing asset, and an empty scope', () => {
    expect(() => plan({ assetIds: ['nope'] })).toThrow(PlanRefused);
    expect(() => plan({ assets: [] })).toThrow(/holds nothing/);
  });

  it('removes a whole scope in reverse order', () => {
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

  it('uses asset ids where they are stored, and tolerates a cycle in the inventory', () => {
    const circular = built(desired, {
      Vpc: { dependsOnAssets: [idOf('Database')] },
      Database: { dependsOnAssets: [idOf('Vpc')] },
    });
    expect(plan({ assets: circular }).steps).toHaveLength(4);
  });
});
