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

/** What decides where references may stand and what they may name. */
export interface ReferenceRules {
  type: string;
  /** Properties that take a secret, by the spec of the type. */
  sensitive: readonly string[];
  /** Names that may be read; where absent, names are not checked. */
  reach?: Pick<RequestReach, 'secrets' | 'parameters'>;
  place: { account: string; region: string };
  /** Identifiers of secrets that the request made itself. */
  own?: ReadonlySet<string>;
}

/**
 * What is wrong with the dynamic references in the properties of a resource: a secret stands only where the type takes
 * one, and a reference names only what its service may read. Asked at admission, where a name may still wait for other
 * resources, and again of every payload right before its provider call, where none does.
 *
 * CloudFormation takes `ssm-secure` in a list of properties, all of them passwords and tokens ("Resources that support
 * dynamic parameter patterns for secure strings", AWS CloudFormation User Guide), `secretsmanager` in any. Here both
 * stand where a secret belongs: in other properties whoever may describe the resource reads it.
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

/** What is wrong with what a reference names. */
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

/** Whether requests may refer to an SSM parameter of this name or ARN. */
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

/** An ARN ends in a hyphen and six characters of Secrets Manager's; one of another account or region names nothing. */
function secretNames(secretId: string, { account, region }: ReferenceRules['place']): string[] {
  if (!secretId.startsWith('arn:')) return [secretId];
  const [, , service, inRegion, inAccount, kind, ...rest] = secretId.split(':');
  if (service !== 'secretsmanager' || inRegion !== region || inAccount !== account || kind !== 'secret')
    return [];
  const name = rest.join(':');
  return [name, name.replace(/-[A-Za-z0-9]{6}$/, '')];
}

/** A name in a hierarchy begins with a slash, which patterns leave out. */
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

/** What is said of an SSM parameter that requests of a service may not refer to. */
export function parameterNotReadable(name: string, { parameters }: Pick<RequestReach, 'parameters'>): string {
  return `this service may not read ${parameterText(name)}; ${expectedName(parameters, 'readableParameters')}`;
}

const parameterText = (name: string) => `the SSM parameter ${name}`;
const expectedName = (patterns: readonly string[], setting: string) =>
  `expected one of this account and region named ${patterns.join(' or ')} (setting ${setting} in cdk.json)`;
