import { borrowedRights, vehicleOf } from '../../../model/vehicle-types.ts';
import type { Fact, FactResult, FactSubject } from '../fact.ts';
import { documentsOf } from './documents.ts';
import { type Answer, allowsAdministration, allowsEscalation } from './grants.ts';
import { trustsEverybody } from './trust.ts';

const everything: Pick<Fact, 'types' | 'shape'> = { types: ['*'], shape: { kind: 'boolean' } };

/** Combines the results for all statements. While some are unknown, only `true` is final. */
function overAll(answer: (subject: FactSubject) => Answer): (subject: FactSubject) => FactResult {
  return (subject) => {
    const found = answer(subject);
    if (found === true) return { value: true };
    const { open } = documentsOf(subject.resource);
    if (open.length > 0) return { waitsFor: [...open] };
    return found === 'open' ? { waitsFor: Object.keys(subject.resource.properties) } : { value: false };
  };
}

/** Properties that grant permissions or access without a policy document. */
const named = [
  ...['AllowedPrincipals', 'Distributions', 'ManagedPolicies', 'ManagedPolicyArns', 'PolicyArn', 'Principal'],
];

export const statementFacts: readonly Fact[] = [
  {
    ...everything,
    name: 'holdsPolicy',
    description:
      'The resource contains policy statements in any property and form, or a value where a policy document is expected; or it names managed policies or a principal.',
    derive: ({ resource }) => {
      const { statements, unreadable, open } = documentsOf(resource);
      const names = named.some((name) => Object.hasOwn(resource.properties, name));
      return { value: names || statements.length + unreadable.length + open.length > 0 };
    },
  },
  {
    ...everything,
    name: 'allowsAdministration',
    description:
      'All policy statements of the resource together grant administrator permissions: all actions, NotAction, or many whole services, on any resource; or an AWS managed policy that does.',
    derive: overAll(allowsAdministration),
  },
  {
    ...everything,
    name: 'allowsEscalation',
    description:
      'A policy of the resource allows privilege escalation: an action on any identity that gives the permissions of another identity, by name, by a wildcard or by NotAction.',
    derive: overAll(allowsEscalation),
  },
  {
    ...everything,
    name: 'trustsEverybody',
    description:
      'A policy of the resource allows any principal, any account by a wildcard, NotPrincipal, or any token of an identity provider, and no condition limits the principal.',
    derive: overAll(trustsEverybody),
  },
  {
    ...everything,
    name: 'unreadablePolicy',
    description:
      'A value where a policy document is expected is not a valid one: no JSON, no statements, or a statement without Allow or Deny.',
    derive: ({ resource }) => ({ value: documentsOf(resource).unreadable.length > 0 }),
  },
  {
    ...everything,
    name: 'isVehicle',
    description:
      'A resource of the type calls any API, runs code or installs code, in a language that no rule evaluates (lib/model/vehicle-types.ts).',
    derive: ({ resource }) => ({ value: vehicleOf(resource.type)?.decision === 'always' }),
  },
  {
    ...everything,
    name: 'borrowsRights',
    looksBeside: true,
    description: 'The resource uses a role or an instance profile that the request does not create.',
    derive: ({ resource, resources }) => {
      const beside = new Set(resources.map(({ logicalId }) => logicalId));
      return { value: borrowedRights(resource.type, resource.properties, beside).length > 0 };
    },
  },
];
