import * as z from 'zod/mini';
import { handle } from '../lib/runtime/handler.ts';
import {
  calendars,
  documents,
  metrics,
  providers,
  scaling,
  settings,
  subnets,
} from '../lib/runtime/services.ts';
import { observeCapacity } from '../lib/tasks/scaling/observe-capacity.ts';

const schema = z.object({ assetId: z.string(), property: z.string(), now: z.string() });

/** State `ObserveCapacity`. */
export const handler = handle('observe-capacity', schema, (input, { account }) =>
  observeCapacity(
    {
      ...{ scaling: scaling(), documents: documents(), providers: providers() },
      ...{ metrics: metrics(), subnets: subnets(), settings: settings(), calendars },
    },
    { ...input, account },
  ),
);
