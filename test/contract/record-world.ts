import { SignedFetch } from '../../lib/aws/signed-fetch.ts';
import { RateLimit } from '../../lib/local/cloud-control/rate-limit.ts';
import { ServiceError } from '../../lib/local/gateway/wire.ts';
import type { Route53Service } from '../../lib/local/route53/service.ts';
import type { World } from '../../lib/local/world.ts';
import type { Place } from '../../lib/model/place.ts';
import { Route53 } from '../../lib/providers/route53.ts';
import { smallWorld } from '../local/small-world.ts';

export const zone = 'Z111111QQQQQQQ';
export const otherZone = 'Z222222QQQQQQQ';

export interface RecordWorld {
  world: World;
  provider: Route53;
  place: Place;
  zone: string;
}

/** Opens a local cloud with two hosted zones, of which the place has the first. */
export async function recordWorld(): Promise<RecordWorld> {
  const world = await smallWorld();
  const { account, region, endpoint, credentials } = world;
  const { store } = world.services.cloudControl;
  const zones = { [zone]: 'example.com', [otherZone]: 'example.org' };
  for (const [identifier, Name] of Object.entries(zones))
    store.put({
      ...{ type: 'AWS::Route53::HostedZone', identifier, properties: { Id: identifier, Name } },
      createdMillis: world.clock.now(),
    });
  world.services.route53.limit = new RateLimit(1000, world.clock.now());
  const client = (retries: number) => new SignedFetch({ ...{ region, endpoint, retries }, ...credentials });
  const [reading, changing] = [client(4), client(0)];
  const provider = new Route53(
    (_, purpose) => (purpose === 'change' ? changing : reading),
    ({ role }) => (role === 'baton-provisioning-dev' ? [zone] : []),
  );
  return { world, provider, place: { account, region, role: 'baton-provisioning-dev' }, zone };
}

/** Makes the next change fail, before or after it takes effect. */
export function failChange(service: Route53Service, code: string, effect: boolean): void {
  service.onCall = (operation, phase) => {
    if (operation !== 'ChangeResourceRecordSets' || phase !== (effect ? 'after' : 'before')) return;
    service.onCall = undefined;
    throw new ServiceError(code, 'a fault on demand', { statusCode: code === 'InternalFailure' ? 500 : 400 });
  };
}
