import * as z from 'zod/mini';
import type { Counts } from '../lib/model/metrics.ts';
import { isHealthy } from '../lib/providers/health.ts';
import { secretValue } from '../lib/providers/secrets.ts';
import { handle } from '../lib/runtime/handler.ts';
import { judgeCall } from '../lib/runtime/policies.ts';
import * as services from '../lib/runtime/services.ts';
import { repeatCalls } from '../lib/tasks/pump/repeat.ts';
import type { RunView } from '../lib/tasks/pump/run-view.ts';
import type { PumpServices } from '../lib/tasks/pump/services.ts';
import { type Tick, tick } from '../lib/tasks/pump/tick.ts';

const schema = z.union([
  /** From settle-run: only repeats calls. */
  z.object({ runId: z.string(), settling: z.literal(true), now: z.string() }),
  z.object({ runId: z.string(), ticks: z.int(), now: z.string() }),
]);
const views = new Map<string, RunView>();

/** States `Pump` and `RepeatCalls`. */
export const handler = handle(
  'pump',
  schema,
  async (input) => {
    if (!('settling' in input)) return tick(pumpServices(), input);
    await repeatCalls(pumpServices(), input);
    return undefined;
  },
  countsOf,
);

function countsOf(ticked: Tick | undefined): Counts {
  if (ticked === undefined) return {};
  const { lagSeconds, deniedByPolicy, deniedByIam } = ticked;
  return { PumpLag: lagSeconds, CallsDenied: deniedByPolicy, AccessDenied: deniedByIam };
}

function pumpServices(): PumpServices {
  return {
    ledger: services.ledger(),
    budgets: services.budgets(),
    inventory: services.inventory(),
    documents: services.documents(),
    providers: services.providers(),
    tokens: services.tokens(),
    lookup: services.lookup(),
    settings: services.settings(),
    judge: judgeCall,
    secret: (reference) => secretValue(services.signedFetch(), reference),
    healthy: (check, live) => isHealthy(check, live, services.signedFetch),
    metrics: services.metrics(),
    verdicts: services.verdicts(),
    views,
  };
}
