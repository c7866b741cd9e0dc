import { isObject, type JsonValue } from '../../../model/json.ts';
import { isAbsent, isUnknown } from '../../unknown.ts';
import type { Fact } from '../fact.ts';

const configuration = 'ReplicationConfiguration';

function isDisabled(rule: JsonValue): boolean {
  return isObject(rule) && rule.Status === 'Disabled';
}

function isOpen(rule: JsonValue): boolean {
  return isUnknown(rule) || (isObject(rule) && isUnknown(rule.Status ?? null));
}

export const replicates: Fact = {
  name: 'replicates',
  types: ['AWS::S3::Bucket'],
  shape: { kind: 'boolean' },
  description: 'The bucket has a rule for replication that is not disabled.',
  derive({ value }) {
    const replication = value[configuration];
    if (isAbsent(replication)) return { value: false };
    if (isUnknown(replication)) return { waitsFor: [configuration] };
    const given = isObject(replication) ? (replication.Rules ?? []) : [];
    if (isUnknown(given) && !isAbsent(given)) return { waitsFor: [`${configuration}.Rules`] };
    const rules = (Array.isArray(given) ? given : [given]).filter((rule) => !isAbsent(rule));
    if (rules.some((rule) => !isOpen(rule) && !isDisabled(rule))) return { value: true };
    return rules.some(isOpen) ? { waitsFor: [`${configuration}.Rules`] } : { value: false };
  },
};
