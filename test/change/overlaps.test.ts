import { describe, expect, it } from 'vitest';
import { type OtherChange, overlapsOf } from '../../lib/change/overlaps.ts';
import type { ImpactedAsset } from '../../lib/model/change.ts';

const asset = (assetId: string, relation: ImpactedAsset['relation']): ImpactedAsset => ({
  ...{ assetId, relation, logicalId: assetId.toUpperCase() },
  ...{ type: 'AWS::SQS::Queue', scope: 'dev/other', version: 1 },
});
const other = (changes: Partial<OtherChange>): OtherChange => ({
  ...{ changeId: 'CHG-b', requestId: 'b', scope: 'dev/other', impact: [], steps: [] },
  ...changes,
});
const own = { requestId: 'a', scope: 'dev/own', assetIds: ['x'], dependentIds: ['y'], resources: ['Queue'] };

describe('another open change overlaps', () => {
  const cases: Record<string, [other: Partial<OtherChange>, assets: string[] | undefined]> = {
    'not if it is on other assets': [{ impact: [asset('z', 'changed')] }, undefined],
    'not if they only share dependents': [{ impact: [asset('y', 'dependent')] }, undefined],
    'not if it has steps with the same name in another scope': [
      { steps: [{ resource: 'Queue' }] },
      undefined,
    ],
    'not if it is the same change': [{ requestId: 'a', impact: [asset('x', 'changed')] }, undefined],
    'if it changes the same asset': [{ impact: [asset('x', 'changed')] }, ['X']],
    'if it changes a dependent of our asset': [{ impact: [asset('y', 'changed')] }, ['Y']],
    'if its asset has ours as a dependent': [
      { impact: [asset('x', 'dependent'), asset('z', 'changed')] },
      ['X'],
    ],
    'if it is in our scope, without common assets': [{ scope: 'dev/own' }, []],
    'if it is in our scope and creates the same resource': [
      { scope: 'dev/own', steps: [{ resource: 'Queue' }, { resource: 'Topic' }] },
      ['Queue'],
    ],
  };
  for (const [name, [changes, assets]] of Object.entries(cases))
    it(name, () =>
      expect(overlapsOf(own, [other(changes)])).toEqual(
        assets === undefined ? [] : [{ changeId: 'CHG-b', requestId: changes.requestId ?? 'b', assets }],
      ),
    );

  it('and the result does not depend on the order of the changes', () => {
    const both = [other({ changeId: 'CHG-c', scope: 'dev/own' }), other({ scope: 'dev/own' })];
    expect(overlapsOf(own, both).map(({ changeId }) => changeId)).toEqual(['CHG-b', 'CHG-c']);
  });
});
