import type { ServiceBinding } from '../model/binding.ts';
import type { Problem } from '../model/errors.ts';
import { type AskingRules, type Bound, type Claim, holds, inWords } from './bindings.ts';

/**
 * Tells whether only the request itself ties its scope to the service: it binds the scope now, or an earlier request
 * that was refused did.
 */
function isMereClaim({ binding, as }: Bound, { requestId, scope }: Claim, current: ServiceBinding): boolean {
  const { origin, since } = binding;
  if (as !== 'holder' || (origin !== 'first' && origin !== 'released')) return false;
  // A scope that was bound before service bindings existed belongs to its holder.
  return binding.requestId === requestId || !(current.scopes.includes(scope) || since < current.since);
}

/**
 * Decides whether a scope may be bound to the service that its request names. A service grants read access and shares a
 * points limit, so a requester may not join it by naming it. A holder keeps a scope that it already has. Pure.
 * @param free whether no scope of the service has assets left and no other request for one is open
 */
export function decideService(
  rules: AskingRules,
  claim: Claim,
  bound: Bound,
  { current, free }: { current?: ServiceBinding; free: boolean },
): ServiceBinding | Problem {
  const { scope, voice, requestId, now, header } = claim;
  const { holder } = bound.binding;
  if (current === undefined || free) return { holder, scopes: [scope], requestId, since: now };
  const fits = current.holder !== undefined && holds(rules, current.holder, voice);
  if (isMereClaim(bound, claim, current) && !fits)
    return {
      path: 'service',
      code: 'ServiceBound',
      message: `The service ${header.service} of ${header.environment} belongs to ${current.holder === undefined ? 'an administrator' : inWords(current.holder)} since ${current.since} (request ${current.requestId}), and ${voice} may not ask for more scopes of it. Name a service of your own, have them submit it, or have the scope bound with the setting "scopes".`,
    };
  const scopes = [...new Set([...current.scopes, scope])].sort();
  return {
    ...current,
    holder: current.holder ?? (bound.as === 'administrator' ? undefined : holder),
    scopes,
  };
}

/** Tells whether two service bindings are equal. */
export function isSameService(one: ServiceBinding | undefined, other: ServiceBinding): boolean {
  return (
    one !== undefined &&
    one.scopes.join() === other.scopes.join() &&
    inWords(one.holder) === inWords(other.holder) &&
    one.requestId === other.requestId
  );
}
