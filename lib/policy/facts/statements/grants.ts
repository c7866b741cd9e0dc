import type { JsonValue } from '../../../model/json.ts';
import { isUnknown } from '../../unknown.ts';
import type { FactSubject } from '../fact.ts';
import { referenceIn, textIn } from '../network/references.ts';
import { documentsOf, listIn, type Statement } from './documents.ts';
import { administration, administrators, escalation, manyServices, servicePrefixes } from './powers.ts';
import { isBroad } from './resource-patterns.ts';
import { matchesWildcards } from './wildcards.ts';

/** `open`: it depends on what is not known yet. */
export type Answer = boolean | 'open';

/** Types whose statements say what their holder may do even where they name a principal, which IAM does not take there. */
const identities = /^AWS::(IAM|SSO)::/;

function reads(value: JsonValue, holds: (text: string) => boolean): Answer {
  const text = textIn(value);
  if (text !== undefined) return holds(text);
  // A dynamic reference is resolved after policies: what it gives may be anything.
  return typeof value === 'object' || isUnknown(value) ? 'open' : holds(String(value));
}

/** Whether a value is the name or ARN that another resource will have: those hold no wildcards. */
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

/** Whether the statement leaves open on what the action may be taken. */
function isOnAnything(statement: Statement, action: string, beside: ReadonlySet<string>): Answer {
  if (listIn(statement, 'notresource').length > 0) return true;
  const resources = listIn(statement, 'resource');
  return some(
    resources.map((one) => (isOneOf(one, beside) ? false : reads(one, (text) => isBroad(text, action)))),
  );
}

function covers(statement: Statement, action: string): Answer {
  const excluded = listIn(statement, 'notaction');
  // What an exclusion not known yet takes away is not counted on.
  if (excluded.length > 0)
    return !excluded.some((one) => typeof one === 'string' && matchesWildcards(one, action));
  return some(listIn(statement, 'action').map((one) => reads(one, (text) => matchesWildcards(text, action))));
}

/** Whether the statement allows the action on whatever its holder likes. */
function allowsAnywhere(statement: Statement, action: string, beside: ReadonlySet<string>): Answer {
  return both(isOnAnything(statement, action, beside), covers(statement, action));
}

/** Statements that say what their holder may do: those that name a principal say who may do something here. */
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

/** Services of which a statement allows everything, on whatever its holder likes. */
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

/** Whether all that the resource allows, taken together, makes an administrator. */
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

/** The actions by which who holds the resource may take the rights of any other identity. */
export function allowsEscalation(subject: FactSubject): Answer {
  const beside = besides(subject);
  return some(
    permissions(subject).flatMap((statement) =>
      escalation.map((action) => allowsAnywhere(statement, action, beside)),
    ),
  );
}
