import { isObject, type JsonValue } from '../../../model/json.ts';
import { isAbsent, isUnknown } from '../../unknown.ts';
import type { FactSubject } from '../fact.ts';
import { textIn } from '../network/references.ts';
import { demands, identifies, isOpenEnded } from './conditions.ts';
import { documentsOf, type Statement } from './documents.ts';
import type { Answer } from './grants.ts';
import { admitsAnyToken } from './tokens.ts';

function isEverybody(kind: string, id: JsonValue, statement: Statement): Answer {
  if (isAbsent(id)) return false;
  if (kind.toLowerCase() === 'federated') return admitsAnyToken(statement);
  if (demands(statement, identifies)) return false;
  const text = textIn(id);
  if (text !== undefined) return /[*?]/.test(text);
  // An attribute is an ARN. The value of a parameter, or of a dynamic reference that is resolved after the policies,
  // may be anything.
  return isUnknown(id) && (!isObject(id) || 'Ref' in id) ? 'open' : false;
}

function principalsOf({ elements }: Statement): [kind: string, id: JsonValue][] {
  const principal = elements.get('principal') ?? null;
  const kinds =
    isObject(principal) && !isUnknown(principal) ? Object.entries(principal) : [['AWS', principal] as const];
  return kinds.flatMap(([kind, ids]) =>
    [ids].flat(3).map((id): [string, JsonValue] => [kind, id as JsonValue]),
  );
}

function some(answers: readonly Answer[]): Answer {
  if (answers.includes(true)) return true;
  return answers.includes('open') ? 'open' : false;
}

function trusting(subject: FactSubject): Statement[] {
  return documentsOf(subject.resource).statements.filter(({ allows }) => allows);
}

type Properties = FactSubject['resource']['properties'];

const isForAll = (value: JsonValue | undefined): boolean =>
  [value ?? null].flat().some((one) => typeof one === 'string' && /[*?]/.test(one));

/** Tells whether none of the properties identifies the caller. Each property stands for a condition key. */
const nobodyNamed = (properties: Properties, keys: Record<string, string>): boolean =>
  Object.entries(keys).every(([name, key]) => {
    const value = properties[name];
    return isAbsent(value) || isOpenEnded(value, key);
  });

function namesCaller(condition: JsonValue | undefined): boolean {
  if (!isObject(condition ?? null)) return false;
  const { Key, Value } = condition as Properties;
  return typeof Key === 'string' && identifies({ key: Key.toLowerCase(), values: [Value ?? null] });
}

/** Types whose permission consists of properties rather than a document, with a test for access by everyone. */
const permits: Record<string, (properties: Properties) => boolean> = {
  'AWS::EC2::VPCEndpointServicePermissions': ({ AllowedPrincipals }) => isForAll(AllowedPrincipals),
  'AWS::Events::EventBusPolicy': ({ Principal, Condition }) => isForAll(Principal) && !namesCaller(Condition),
  'AWS::ImageBuilder::DistributionConfiguration': ({ Distributions }) =>
    /"UserGroups":\[[^\]]*"all"/.test(JSON.stringify(Distributions ?? null)),
  'AWS::Lambda::LayerVersionPermission': (properties) =>
    isForAll(properties.Principal) && nobodyNamed(properties, { OrganizationId: 'aws:principalorgid' }),
  'AWS::Lambda::Permission': (properties) =>
    isForAll(properties.Principal) &&
    nobodyNamed(properties, {
      SourceArn: 'aws:sourcearn',
      SourceAccount: 'aws:sourceaccount',
      PrincipalOrgID: 'aws:principalorgid',
    }),
  'AWS::Signer::ProfilePermission': ({ Principal }) => isForAll(Principal),
};

function permitsEverybody({ resource: { type, properties } }: FactSubject): boolean {
  return Object.hasOwn(permits, type) && permits[type]?.(properties) === true;
}

/**
 * Tells whether some statement allows everyone: any principal, any account by a wildcard, or any token of a provider.
 */
export function trustsEverybody(subject: FactSubject): Answer {
  return some([
    permitsEverybody(subject),
    ...trusting(subject).flatMap((statement): Answer[] => {
      if (statement.elements.has('notprincipal')) return [true];
      if (!statement.elements.has('principal')) return [];
      return principalsOf(statement).map(([kind, id]) => isEverybody(kind, id, statement));
    }),
  ]);
}
