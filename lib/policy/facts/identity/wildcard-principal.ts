import { isObject, type JsonObject, type JsonValue } from '../../../model/json.ts';
import type { DesiredResource } from '../../../model/request.ts';
import { canBeEqual, type TextForm, textForm } from '../../text-forms.ts';
import { isAbsent } from '../../unknown.ts';
import type { Fact, FactResult } from '../fact.ts';

const holders = [
  ...['AWS::KMS::Key', 'AWS::S3::BucketPolicy', 'AWS::SNS::TopicInlinePolicy', 'AWS::SNS::TopicPolicy'],
  ...['AWS::SQS::QueueInlinePolicy', 'AWS::SQS::QueuePolicy'],
];

/** Types that are a single permission, with the properties of a statement. */
const permissions = ['AWS::Lambda::LayerVersionPermission', 'AWS::Lambda::Permission'];

/** Any text with `*` or `?` in it. */
const withWildcard: TextForm = [
  [/[\s\S]/, '*', /[\s\S]/],
  [/[\s\S]/, '?', /[\s\S]/],
];

/** Replaces attributes of other resources with plain text, because they contain no wildcard. */
function withoutAttributes(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(withoutAttributes);
  if (!isObject(value)) return typeof value === 'string' ? value.replace(/\$\{[^}!]*\.[^}]*\}/g, '_') : value;
  if ('Fn::GetAtt' in value) return '_';
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, withoutAttributes(one)]));
}

/** Returns every principal of the statement, of any kind. */
function principalsOf({ Principal }: JsonObject): JsonValue[] {
  const value = Principal ?? null;
  const isByKind =
    isObject(value) && !('Ref' in value) && !Object.keys(value).some((name) => /^Fn::/.test(name));
  return (isByKind ? Object.values(value) : [value]).flat().filter((one) => !isAbsent(one));
}

function derive(value: JsonObject, resources: readonly DesiredResource[]): FactResult {
  const principals = principalsOf(value);
  if (principals.some((one) => typeof one === 'string' && /[*?]/.test(one))) return { value: true };
  const named = new Set(resources.map(({ logicalId }) => logicalId));
  const isOpen = principals.some((one) => canBeEqual(textForm(withoutAttributes(one), named), withWildcard));
  return isOpen ? { waitsFor: ['Principal'] } : { value: false };
}

/**
 * IAM doesn't accept a partial ARN as a principal. A wildcard in an account or ARN is therefore treated as matching
 * everyone it could match.
 */
export const wildcardPrincipal: Fact = {
  name: 'wildcardPrincipal',
  types: [...holders.map((type) => `${type}::IamStatement`), ...permissions],
  shape: { kind: 'boolean' },
  description:
    'A principal of the statement or permission is everyone (*), or an account, ARN or service with a wildcard.',
  derive: ({ value, resources }) => derive(value, resources),
};
