import * as z from 'zod/mini';
import { isHealthy } from '../lib/providers/health.ts';
import { secretValue } from '../lib/providers/secrets.ts';
import { judgeCall } from '../lib/runtime/policies.ts';
import * as services from '../lib/runtime/services.ts';
import { repeatCalls } from '../lib/tasks/pump/repeat.ts';
import type { RunView } from '../lib/tasks/pump/run-view.ts';
import type { PumpServices } from '../lib/tasks/pump/services.ts';
import { tick } from '../lib/tasks/pump/tick.ts';

const input = z.union([
  /** From settle-run: makes calls again, and nothing else. */
  z.object({ runId: z.string(), settling: z.literal(true), now: z.string() }),
  z.object({ runId: z.string(), ticks: z.int(), now: z.string() }),
]);
const views = new Map<string, RunView>();

/** States `Pump` and `RepeatCalls`. */
export async function handler(event: unknown) {
  const wanted = input.parse(event);
  const pump = pumpServices();
  return 'settling' in wanted ? repeatCalls(pump, wanted) : tick(pump, wanted);
}

function pumpServices(): PumpServices {
  return {
    ledger: services.ledger(),
    budgets: services.budgets(),
    inventory: services.inventory(),
    documents: services.documents(),
    provider: services.provider(),
    tokens: services.tokens(),
    lookup: services.lookup(),
    settings: services.settings(),
    judge: judgeCall,
    secret: (reference) => secretValue(services.signedFetch(), reference),
    healthy: (check, live) => isHealthy(check, live, services.signedFetch),
    roleArn: services.provisioningRoleArn,
    views,
  };
}
