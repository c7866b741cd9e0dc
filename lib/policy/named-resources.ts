import type { DesiredResource } from '../model/request.ts';
import type { Named } from './text-forms.ts';

/** Types whose Ref may contain a wildcard: custom resources, modules, and names of DNS records. */
const mayBeWildcard = /^AWS::(CloudFormation|Route53)::/;

const known = new WeakMap<readonly DesiredResource[], Named>();

/**
 * Returns the logical ids of the resources whose Ref is a name, an id or an ARN that AWS assigns. Such a Ref contains
 * no wildcard ("Ref", CloudFormation Template Reference).
 */
export function namedResources(resources: readonly DesiredResource[]): Named {
  let named = known.get(resources);
  if (!named) {
    const own = resources.filter(({ type }) => type.startsWith('AWS::') && !mayBeWildcard.test(type));
    named = new Set(own.map(({ logicalId }) => logicalId));
    known.set(resources, named);
  }
  return named;
}
