import type { Documents } from '../../documents/documents.ts';
import type { TaskTokens } from '../../executions/task-tokens.ts';
import type { Inventory } from '../../inventory/inventory.ts';
import type { Budgets } from '../../ledger/budgets.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { JsonObject } from '../../model/json.ts';
import type { HashedPlan, Step } from '../../model/plan.ts';
import type { Verdicts, Waiver } from '../../model/policy.ts';
import type { DesiredResource, HealthCheck } from '../../model/request.ts';
import type { Settings } from '../../model/settings.ts';
import type { TypeLookup } from '../../model/spec.ts';
import type { FunctionVerdicts } from '../../providers/function-verdicts.ts';
import type { Metrics } from '../../providers/metrics.ts';
import type { Providers } from '../../providers/provider.ts';
import type { RunView } from './run-view.ts';

export interface PumpServices {
  ledger: Ledger;
  budgets: Budgets;
  inventory: Inventory;
  documents: Documents;
  providers: Providers;
  tokens: TaskTokens;
  lookup: TypeLookup;
  settings: Settings;
  /** Evaluates a payload immediately before its provider call, when every value must be known. */
  judge(
    plan: HashedPlan,
    resource: DesiredResource,
    step: Pick<Step, 'operation' | 'type' | 'act'>,
    exceptions: { approved: readonly Waiver[]; now: string },
  ): Verdicts;
  /** Returns the value of one `{{resolve:...}}` reference. */
  secret(reference: string): Promise<string>;
  /** Tells whether a health check passes now. */
  healthy(check: HealthCheck, live: JsonObject): Promise<boolean>;
  /** CloudWatch's metrics and alarms, for the analysis of a shift of traffic. */
  metrics: Pick<Metrics, 'series' | 'alarms'>;
  /** Functions of users that decide on a shift. */
  verdicts: Pick<FunctionVerdicts, 'ask'>;
  /** Views of runs that a warm function caches. */
  views: Map<string, RunView>;
}
