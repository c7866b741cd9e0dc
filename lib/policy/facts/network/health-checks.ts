import { healthTarget, isReference } from '../../../model/health-target.ts';
import type { DesiredResource } from '../../../model/request.ts';
import type { Fact } from '../fact.ts';

/**
 * Returns the hosts that the health checks of a resource connect to. A target that isn't a URL or host is `unreadable`.
 */
const targetsOf = ({ health = [] }: DesiredResource) =>
  health.flatMap((check) => {
    const target = healthTarget(check);
    return target === undefined ? [] : [target];
  });

/** Lets rules restrict the calls that Baton itself makes. */
export const healthTargets: Fact = {
  name: 'healthTargets',
  types: ['*'],
  shape: { kind: 'set', element: { kind: 'string' } },
  description:
    'The targets of the health checks of the resource, as `SCHEME://HOST` with scheme `http`, `https` or `tcp`: `https://status.example.com`, `http://${LoadBalancer.DNSName}`; `own://${Function.Url}` if an attribute is the whole URL; `unreadable` for an invalid URL.',
  derive: ({ resource }) => ({
    value: [
      ...new Set(
        targetsOf(resource).map((target) =>
          target === 'unreadable' ? target : `${target.scheme}://${target.host}`,
        ),
      ),
    ],
  }),
};

export const plainHealthCheckBeyond: Fact = {
  name: 'plainHealthCheckBeyond',
  types: ['*'],
  shape: { kind: 'boolean' },
  description:
    'A health check of the resource uses no encryption and a literal host, which is therefore not a resource of the request, or has an invalid URL.',
  derive: ({ resource }) => ({
    value: targetsOf(resource).some(
      (target) =>
        target === 'unreadable' ||
        (target.scheme !== 'https' && target.scheme !== 'own' && !isReference(target.host)),
    ),
  }),
};
