import { gather } from '../../lib/audit/bundle.ts';
import { type Verification, verifyBundle } from '../../lib/audit/verify.ts';
import { publicKeys } from '../../lib/audit/verify-seals.ts';
import { readTrail } from '../../lib/client/audit/read-trail.ts';
import type { Stage } from './stage.ts';

/** Seals the complete trail of a stage, as its schedule would, and verifies it. */
export async function verifyTrail({ world, deployment }: Stage): Promise<Verification> {
  const { lambda } = world.services;
  lambda.enqueue('baton-seal-ledger', JSON.stringify({ time: new Date(world.clock.now()).toISOString() }));
  await world.clock.quiet();
  const key = await deployment.sealingKey.publicKey();
  return verifyBundle(await gather(readTrail(deployment)), publicKeys([key]));
}
