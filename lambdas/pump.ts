import * as z from 'zod/mini';
import { judgeCall } from '../lib/policies.ts';
import { isHealthy } from '../lib/providers/health.ts';
import { secretValue } from '../lib/providers/secrets.ts';
import * as services from '../lib/services.ts';
import type { RunView } from '../lib/tasks/pump/run-view.ts';
import { tick } from '../lib/tasks/pump/tick.ts';

const input = z.object({ runId: z.string(), ticks: z.int(), now: z.string() });
const views = new Map<string, RunView>();

/** State `Pump`. */
export async function handler(event: unknown) {
  return tick(
    {
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
    },
    input.parse(event),
  );
}
