/** A small world for tests: one table, bucket, bus, machine, and a few functions. */
import { join } from 'node:path';
import { startWorld, type World, type WorldOptions } from '../../lib/local/world.ts';

export const smallAssembly = join(import.meta.dirname, 'fixtures', 'small');

export function smallWorld(options: Partial<WorldOptions> = {}): Promise<World> {
  return startWorld({ assemblyDirectory: smallAssembly, ...options });
}

/** Settings of an SDK client that works on the world, as the default person or another. */
export function clientSettings(world: World, credentials = world.credentials) {
  return { endpoint: world.endpoint, region: world.region, credentials, maxAttempts: 1 };
}
