import type { Problem } from '../model/errors.ts';
import type { JsonObject } from '../model/json.ts';
import type { RequestReach } from '../model/request-reach.ts';
import { fitsWildcard } from '../model/wildcard.ts';
import { holdsSecretReference, isAmong, placesForSecrets, referenceTexts } from './secret-places.ts';
import {
  type DynamicReference,
  findSecretReferences,
  MalformedReference,
  parseDynamicReference,
} from './secrets.ts';

/** The rules for where references may be used and what they may name. */
export interface ReferenceRules {
  type: string;
  /** Properties that contain a secret, according to the type's spec. */
  sensitive: readonly string[];
  /** Names that may be read. Absent: names are not checked. */
  reach?: Pick<RequestReach, 'secrets' | 'parameters'>;
  place: { account: string; region: string };
  /** Identifiers of secrets that the request itself creates. */
  own?: ReadonlySet<string>;
}

/**
 * Returns the problems of dynamic references in a resource's properties: a secret may be used only where the type
 * accepts one, and a reference may name only what its service may read. Checked at admission, when a name may still
 * depend on other resources, and again for every payload immediately before its provider call, when all names are
 * known.
 *
 * CloudFormation accepts `ssm-secure` in a list of properties, all of them passwords and tokens ("Resources that
 * support dynamic parameter patterns for secure strings", AWS CloudFormation User Guide), and `secretsmanager`
 * anywhere. Baton accepts both only in properties for secrets: anyone who may describe the resource can read the
 * others.
 */
export function referenceProblems(properties: JsonObject, rules: ReferenceRules): Problem[] {
  const places = placesForSecrets(rules.type, rules.sensitive);
  const problems: Problem[] = [];
  for (const { path, text } of referenceTexts(properties)) {
    const report = (code: string, message: string) => problems.push({ path, code, message });
    if (holdsSecretReference(text) && !isAmong(path, places))
      report('SecretMisplaced', misplaced(rules.type, places));
    for (const reference of findSecretReferences(text)) {
      const [code, message] = named(reference, rules) ?? [];
      if (code !== undefined && message !== undefined) report(code, message);
    }
  }
  return problems;
}

function misplaced(type: string, places: readonly string[]): string {
  const remedy =
    places.length > 0
      ? `expected it in ${places.join(', ')}`
      : 'expected the name or ARN of the secret, which the workload reads with its own role';
  return `a secret must not be used here, because everyone who may describe the ${type} could read it; ${remedy}`;
}

/** Returns the problem with the name in a reference. */
function named(reference: string, rules: ReferenceRules): [code: string, message: string] | undefined {
  try {
    const parsed = parseDynamicReference(reference);
    if (rules.reach === undefined || isReadable(parsed, { ...rules, reach: rules.reach })) return undefined;
    return ['ReferenceNotReadable', notReadable(parsed, rules.reach)];
  } catch (error) {
    if (error instanceof MalformedReference) return [error.name, error.message];
    throw error;
  }
}

function isReadable(
  parsed: DynamicReference,
  { reach, place, own }: ReferenceRules & Required<Pick<ReferenceRules, 'reach'>>,
): boolean {
  if (parsed.service === 'secretsmanager') {
    const { secretId } = parsed;
    return own?.has(secretId) === true || isReadableName(secretNames(secretId, place), reach.secrets);
  }
  return isReadableParameter(parsed.name, reach, place);
}

/** Tells whether requests may refer to an SSM parameter with this name or ARN. */
export function isReadableParameter(
  name: string,
  { parameters }: Pick<RequestReach, 'parameters'>,
  place: ReferenceRules['place'],
): boolean {
  return isReadableName(parameterNames(name, place), parameters);
}

function isReadableName(names: readonly string[], patterns: readonly string[]): boolean {
  return names.some((name) => patterns.some((pattern) => fitsWildcard(pattern, name)));
}

/**
 * Returns the names that a secret id may stand for. An ARN ends in a hyphen and six characters from Secrets Manager. An
 * ARN of another account or region stands for none.
 */
function secretNames(secretId: string, { account, region }: ReferenceRules['place']): string[] {
  if (!secretId.startsWith('arn:')) return [secretId];
  const [, , service, inRegion, inAccount, kind, ...rest] = secretId.split(':');
  if (service !== 'secretsmanager' || inRegion !== region || inAccount !== account || kind !== 'secret')
    return [];
  const name = rest.join(':');
  return [name, name.replace(/-[A-Za-z0-9]{6}$/, '')];
}

/** Returns the names that a parameter may have. A name in a hierarchy begins with a slash, which patterns omit. */
function parameterNames(name: string, { account, region }: ReferenceRules['place']): string[] {
  if (!name.startsWith('arn:')) return [name.replace(/^\//, '')];
  const [, , service, inRegion, inAccount, rest = ''] = name.split(':');
  if (service !== 'ssm' || inRegion !== region || inAccount !== account) return [];
  return rest.startsWith('parameter/') ? [rest.slice('parameter/'.length)] : [];
}

function notReadable(parsed: DynamicReference, reach: Pick<RequestReach, 'secrets' | 'parameters'>): string {
  const [what, setting, patterns] =
    parsed.service === 'secretsmanager'
      ? [`the secret ${parsed.secretId}`, 'readableSecrets', reach.secrets]
      : [parameterText(parsed.name), 'readableParameters', reach.parameters];
  return `this service may not read ${what}; ${expectedName(patterns, setting)}`;
}

/** Returns the message for an SSM parameter that requests of a service may not refer to. */
export function parameterNotReadable(name: string, { parameters }: Pick<RequestReach, 'parameters'>): string {
  return `this service may not read ${parameterText(name)}; ${expectedName(parameters, 'readableParameters')}`;
}

const parameterText = (name: string) => `the SSM parameter ${name}`;
const expectedName = (patterns: readonly string[], setting: string) =>
  `expected one of this account and region named ${patterns.join(' or ')} (setting ${setting} in cdk.json)`;
