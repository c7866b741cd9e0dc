import { describe, expect, test } from 'vitest';
import { changeRecords, followRecords, readRecords } from '../../lib/infra/grant-statements.ts';
import { grants } from '../../lib/infra/grants.ts';
import type { Reach } from '../../lib/infra/reach.ts';
import { evaluate } from '../../lib/local/iam/evaluate.ts';
import { sessionIdentity } from '../../lib/local/iam/identity.ts';
import { parsePolicyDocument } from '../../lib/local/iam/policy-document.ts';

const zone = 'arn:aws:route53:::hostedzone/Z111111QQQQQQQ';
const reachOf = (hostedZones: string[]) => ({ hostedZones, stack: { partition: 'aws' } }) as unknown as Reach;
const all = (hostedZones: string[]) =>
  [readRecords, followRecords, changeRecords].flatMap((statements) => statements(reachOf(hostedZones)));

function may(action: string, resource: string, types?: string[], actions = ['CREATE']): boolean {
  const Statement = all(['Z111111QQQQQQQ']).map((one) => one.toStatementJson());
  const policies = [parsePolicyDocument({ Version: '2012-10-17', Statement })];
  const role = { arn: 'arn:aws:iam::111111111111:role/pump', policies };
  const context =
    types === undefined
      ? {}
      : {
          'route53:ChangeResourceRecordSetsRecordTypes': types,
          'route53:ChangeResourceRecordSetsActions': actions,
        };
  return evaluate({ caller: sessionIdentity(role, 'x'), action, resource, context }).allowed;
}

describe('records of Route 53', () => {
  test('without the setting hostedZones, no function has a right', () => {
    expect(all([])).toEqual([]);
  });
  test('are changed and read in the zones of the setting only', () => {
    expect(may('route53:ChangeResourceRecordSets', zone, ['A'])).toBe(true);
    expect(may('route53:ListResourceRecordSets', zone)).toBe(true);
    expect(may('route53:GetChange', 'arn:aws:route53:::change/C1')).toBe(true);
    const other = zone.replace('Z1', 'Z2');
    expect(may('route53:ChangeResourceRecordSets', other, ['A'])).toBe(false);
    expect(may('route53:ListResourceRecordSets', other)).toBe(false);
  });
  test('that hand a name to other servers are not changed, in no batch, and no zone is', () => {
    for (const types of [['NS'], ['SOA'], ['DS'], ['A', 'NS'], undefined])
      expect(may('route53:ChangeResourceRecordSets', zone, types)).toBe(false);
    expect(may('route53:ChangeResourceRecordSets', zone, ['A'], ['CREATE', 'UPSERT'])).toBe(false);
    for (const action of [
      'DeleteHostedZone',
      'ChangeTagsForResource',
      'AssociateVPCWithHostedZone',
      'ListHostedZones',
    ])
      expect(may(`route53:${action}`, zone)).toBe(false);
  });
  test('are changed by the grant of changes alone', () => {
    const names = Object.entries(grants).flatMap(([name, { statements }]) =>
      statements.toString().includes('changeRecords') ? [name] : [],
    );
    expect(names).toEqual(['resources:change']);
  });
});
