import type { DesiredResource } from '../model/request.ts';
import type { Named } from './text-forms.ts';

/** Types whose Ref may hold a wildcard: what a custom resource or a module says, and names of DNS records. */
const mayBeWildcard = /^AWS::(CloudFormation|Route53)::/;

const known = new WeakMap<readonly DesiredResource[], Named>();

/**
 * Logical ids of the resources whose Ref is a name, an id or an ARN of AWS's making: it is never `*`, nor holds one
 * ("Ref", CloudFormation Template Reference).
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
