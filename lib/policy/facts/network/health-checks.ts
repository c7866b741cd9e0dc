import { healthTarget, isReference } from '../../../model/health-target.ts';
import type { DesiredResource } from '../../../model/request.ts';
import type { Fact } from '../fact.ts';

/** What the health checks of a resource connect to; what is no URL or host counts as `unreadable`. */
const targetsOf = ({ health = [] }: DesiredResource) =>
  health.flatMap((check) => {
    const target = healthTarget(check);
    return target === undefined ? [] : [target];
  });

/** What Baton's own calls look like to those who write rules. */
export const healthTargets: Fact = {
  name: 'healthTargets',
  types: ['*'],
  shape: { kind: 'set', element: { kind: 'string' } },
  description:
    'What the health checks of the resource connect to, as `SCHEME://HOST` with scheme `http`, `https` or `tcp`: `https://status.example.com`, `http://${LoadBalancer.DNSName}`; `own://${Function.Url}` where an attribute gives the whole URL; `unreadable` for what is no URL.',
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
    'A health check of the resource goes without encryption to a host that is written out, and so is none of the request, or to what is no URL.',
  derive: ({ resource }) => ({
    value: targetsOf(resource).some(
      (target) =>
        target === 'unreadable' ||
        (target.scheme !== 'https' && target.scheme !== 'own' && !isReference(target.host)),
    ),
  }),
};
