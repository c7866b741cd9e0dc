import * as z from 'zod/mini';
import { windowOf } from '../lib/change/windows.ts';
import { settingsWaivers } from '../lib/policy/waivers.ts';
import { governance } from '../lib/runtime/governance.ts';
import { handle } from '../lib/runtime/handler.ts';
import * as services from '../lib/runtime/services.ts';
import { revalidate } from '../lib/tasks/govern/revalidate.ts';

const schema = z.object({ requestId: z.string(), planHash: z.string(), now: z.string() });

/** State `Revalidate`. */
export const handler = handle('revalidate', schema, (input) =>
  revalidate(
    {
      ledger: services.ledger(),
      locks: services.locks(),
      documents: services.documents(),
      inventory: services.inventory(),
      providers: services.providers(),
      lookup: services.lookup(),
      publisher: services.publisher(),
      bundleHash: services.bundleHash,
      governance,
      settingsWaivers: (environment) => settingsWaivers(services.settings(), environment),
      calendars: services.calendars,
      windowOpen: (capsule, now) =>
        windowOf(services.calendars(capsule.header.environment), capsule, now).open,
    },
    input,
  ),
);
