/** A small world for tests: a table, a bucket, a bus, a machine, and a few functions. */
import { join } from 'node:path';
import { startWorld, type World, type WorldOptions } from '../../lib/local/world.ts';

export const smallAssembly = join(import.meta.dirname, 'fixtures', 'small');

export function smallWorld(options: Partial<WorldOptions> = {}): Promise<World> {
  return startWorld({ assemblyDirectory: smallAssembly, ...options });
}

/** Returns the settings of an SDK client for the world, as the default user or another. */
export function clientSettings(world: World, credentials = world.credentials) {
  return { endpoint: world.endpoint, region: world.region, credentials, maxAttempts: 1 };
}
