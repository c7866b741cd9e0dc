import type { JsonValue } from '../../../model/json.ts';
import { isUnknown } from '../../unknown.ts';
import type { FactSubject } from '../fact.ts';
import { referenceIn, textIn } from '../network/references.ts';
import { documentsOf, listIn, type Statement } from './documents.ts';
import { administration, administrators, escalation, manyServices, servicePrefixes } from './powers.ts';
import { isBroad } from './resource-patterns.ts';
import { matchesWildcards } from './wildcards.ts';

/** `open`: the answer depends on unknown values. */
export type Answer = boolean | 'open';

/** Types whose statements grant permissions to their holder even with a principal, which IAM doesn't accept there. */
const identities = /^AWS::(IAM|SSO)::/;

function reads(value: JsonValue, holds: (text: string) => boolean): Answer {
  const text = textIn(value);
  if (text !== undefined) return holds(text);
  // A dynamic reference is resolved after the policies are evaluated, so its value may be anything.
  return typeof value === 'object' || isUnknown(value) ? 'open' : holds(String(value));
}

/** Tells whether a value is the name or ARN of another resource. These contain no wildcards. */
function isOneOf(value: JsonValue, beside: ReadonlySet<string>): boolean {
  const reference = referenceIn(value);
  if (reference === undefined) return false;
  const { logicalId, attribute } = reference;
  return attribute === undefined ? beside.has(logicalId) : attribute.endsWith('Arn');
}

function some(answers: readonly Answer[]): Answer {
  if (answers.includes(true)) return true;
  return answers.includes('open') ? 'open' : false;
}

function both(left: Answer, right: Answer): Answer {
  if (left === false || right === false) return false;
  return left === true && right === true ? true : 'open';
}

/** Tells whether the statement doesn't limit the resources of the action. */
function isOnAnything(statement: Statement, action: string, beside: ReadonlySet<string>): Answer {
  if (listIn(statement, 'notresource').length > 0) return true;
  const resources = listIn(statement, 'resource');
  return some(
    resources.map((one) => (isOneOf(one, beside) ? false : reads(one, (text) => isBroad(text, action)))),
  );
}

function covers(statement: Statement, action: string): Answer {
  const excluded = listIn(statement, 'notaction');
  // An unknown exclusion is not assumed to exclude anything.
  if (excluded.length > 0)
    return !excluded.some((one) => typeof one === 'string' && matchesWildcards(one, action));
  return some(listIn(statement, 'action').map((one) => reads(one, (text) => matchesWildcards(text, action))));
}

/** Tells whether the statement allows the action on any resource. */
function allowsAnywhere(statement: Statement, action: string, beside: ReadonlySet<string>): Answer {
  return both(isOnAnything(statement, action, beside), covers(statement, action));
}

/**
 * Returns the statements that grant permissions to their holder. A statement with a principal grants access to the
 * resource itself instead.
 */
function permissions({ resource }: FactSubject): Statement[] {
  const isIdentity = identities.test(resource.type);
  return documentsOf(resource).statements.filter(({ elements, allows }) => {
    const saysWho = elements.has('principal') || elements.has('notprincipal');
    const saysWhere = elements.has('resource') || elements.has('notresource');
    return allows && (!saysWho || (isIdentity && saysWhere));
  });
}

function besides({ resources }: FactSubject): ReadonlySet<string> {
  return new Set(resources.map(({ logicalId }) => logicalId));
}

/** Returns the services of which a statement allows every action on any resource. */
function wholeServices(statement: Statement, beside: ReadonlySet<string>): string[] {
  const patterns = listIn(statement, 'action').flatMap(
    (one) => /^([^:]+):[*?]+$/.exec(String(one).trim())?.[1] ?? [],
  );
  const named = patterns.flatMap((pattern) =>
    /[*?]/.test(pattern)
      ? servicePrefixes.filter((prefix) => matchesWildcards(pattern, prefix))
      : pattern.toLowerCase(),
  );
  return named.filter((service) => isOnAnything(statement, `${service}:*`, beside) === true);
}

function namesAdministrator({ resource }: FactSubject): Answer {
  const { ManagedPolicyArns, ManagedPolicies, PolicyArn } = resource.properties;
  const named = [ManagedPolicyArns, ManagedPolicies, PolicyArn].flat().map((one) => one ?? null);
  return some(
    named.map((one) => {
      const text = textIn(one);
      if (text === undefined) return typeof one === 'string' ? 'open' : false;
      return administrators.test(text.trim());
    }),
  );
}

function allowsAllButSome(statement: Statement, beside: ReadonlySet<string>): boolean {
  const isAllBut = listIn(statement, 'notaction').length > 0;
  return isAllBut && isOnAnything(statement, 'iam:CreateUser', beside) === true;
}

/** Tells whether the permissions of the resource together amount to those of an administrator. */
export function allowsAdministration(subject: FactSubject): Answer {
  const beside = besides(subject);
  const allowing = permissions(subject);
  if (allowing.some((statement) => allowsAllButSome(statement, beside))) return true;
  const services = new Set(allowing.flatMap((statement) => wholeServices(statement, beside)));
  if (services.size >= manyServices) return true;
  const answers = administration.map((action) =>
    some(allowing.map((statement) => allowsAnywhere(statement, action, beside))),
  );
  return some([namesAdministrator(subject), answers.reduce(both)]);
}

/** Tells whether the permissions of the resource let its holder gain the permissions of any other identity. */
export function allowsEscalation(subject: FactSubject): Answer {
  const beside = besides(subject);
  return some(
    permissions(subject).flatMap((statement) =>
      escalation.map((action) => allowsAnywhere(statement, action, beside)),
    ),
  );
}
