import * as z from 'zod/mini';
import { changeWindow } from '../lib/change/windows.ts';
import { governance } from '../lib/runtime/governance.ts';
import { handle } from '../lib/runtime/handler.ts';
import * as services from '../lib/runtime/services.ts';
import { openChange } from '../lib/tasks/govern/open-change.ts';
import { findOverlaps } from '../lib/tasks/govern/overlaps.ts';
import { predictedTimes } from '../lib/tasks/govern/predicted-times.ts';

const schema = z.object({ requestId: z.string(), planHash: z.string(), now: z.string() });

/** State `OpenChange`. */
export const handler = handle('open-change', schema, (input) =>
  openChange(
    {
      ledger: services.ledger(),
      documents: services.documents(),
      inventory: services.inventory(),
      publisher: services.publisher(),
      settings: services.settings(),
      governance,
      tallies: services.tallies(),
      window: (environment, now, durationSeconds) =>
        changeWindow(services.calendars(environment), now, durationSeconds),
      predicted: (plan, inverse) =>
        predictedTimes(
          { inventory: services.inventory(), callsPerSecond: services.settings().callsPerSecond },
          plan,
          inverse,
        ),
      overlaps: (touched) =>
        findOverlaps({ ledger: services.ledger(), documents: services.documents() }, touched),
    },
    input,
  ),
);
