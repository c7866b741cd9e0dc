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
    'on other assets is no overlap': [{ impact: [asset('z', 'changed')] }, undefined],
    'whose dependents are only ours too is none': [{ impact: [asset('y', 'dependent')] }, undefined],
    'that has steps of the same name in another scope is none': [
      { steps: [{ resource: 'Queue' }] },
      undefined,
    ],
    'that is our own is none': [{ requestId: 'a', impact: [asset('x', 'changed')] }, undefined],
    'that changes what we change': [{ impact: [asset('x', 'changed')] }, ['X']],
    'that changes what depends on what we change': [{ impact: [asset('y', 'changed')] }, ['Y']],
    'on which depends what we change': [{ impact: [asset('x', 'dependent'), asset('z', 'changed')] }, ['X']],
    'of our scope, with nothing in common': [{ scope: 'dev/own' }, []],
    'of our scope, that makes what we make': [
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
