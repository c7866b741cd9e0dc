import { borrowedRights, vehicleOf } from '../../../model/vehicle-types.ts';
import type { Fact, FactResult, FactSubject } from '../fact.ts';
import { documentsOf } from './documents.ts';
import { type Answer, allowsAdministration, allowsEscalation } from './grants.ts';
import { trustsEverybody } from './trust.ts';

const everything: Pick<Fact, 'types' | 'shape'> = { types: ['*'], shape: { kind: 'boolean' } };

/** What the statements at hand come to; while some of them are not known yet, only yes is final. */
function overAll(answer: (subject: FactSubject) => Answer): (subject: FactSubject) => FactResult {
  return (subject) => {
    const found = answer(subject);
    if (found === true) return { value: true };
    const { open } = documentsOf(subject.resource);
    if (open.length > 0) return { waitsFor: [...open] };
    return found === 'open' ? { waitsFor: Object.keys(subject.resource.properties) } : { value: false };
  };
}

/** Properties that give rights or let somebody in without a document. */
const named = [
  ...['AllowedPrincipals', 'Distributions', 'ManagedPolicies', 'ManagedPolicyArns', 'PolicyArn', 'Principal'],
];

export const statementFacts: readonly Fact[] = [
  {
    ...everything,
    name: 'holdsPolicy',
    description:
      'The resource holds policy statements, in whatever property and form, or what should be a policy document; or it names managed policies or a principal.',
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
      'What the policies of the resource allow makes an administrator: every action, all but some (NotAction), or whole services in number, on any resource, over all of its statements; or a managed policy of AWS that does.',
    derive: overAll(allowsAdministration),
  },
  {
    ...everything,
    name: 'allowsEscalation',
    description:
      'A policy of the resource allows an action on any identity by which its holder takes the rights of another, as it stands, by a wildcard or by NotAction.',
    derive: overAll(allowsEscalation),
  },
  {
    ...everything,
    name: 'trustsEverybody',
    description:
      'A policy of the resource lets in any principal, any account by a wildcard, all but some (NotPrincipal), or any token of an identity provider, and no condition says who it must be.',
    derive: overAll(trustsEverybody),
  },
  {
    ...everything,
    name: 'unreadablePolicy',
    description:
      'What stands where a policy document belongs can not be read as one: no JSON, no statements, or a statement without Allow or Deny.',
    derive: ({ resource }) => ({ value: documentsOf(resource).unreadable.length > 0 }),
  },
  {
    ...everything,
    name: 'isVehicle',
    description:
      'The type calls any API, runs code or installs code once it is made, in a language that no rule reads (lib/model/vehicle-types.ts).',
    derive: ({ resource }) => ({ value: vehicleOf(resource.type)?.decision === 'always' }),
  },
  {
    ...everything,
    name: 'borrowsRights',
    looksBeside: true,
    description: 'The resource acts by a role or an instance profile that the request does not make.',
    derive: ({ resource, resources }) => {
      const beside = new Set(resources.map(({ logicalId }) => logicalId));
      return { value: borrowedRights(resource.type, resource.properties, beside).length > 0 };
    },
  },
];
