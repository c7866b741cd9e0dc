import { assetIdOf } from '../../inventory/keys.ts';
import { type ShiftPlan, sideName } from '../../model/traffic-shift.ts';
import type { ShiftState } from '../../model/traffic-state.ts';
import { functionsOf } from '../../model/verdict.ts';
import { providerOf } from '../../providers/registry.ts';
import type { Reading } from '../../traffic/shift/observed.ts';
import { seconds } from './outcomes.ts';
import type { PumpServices } from './services.ts';
import type { StepContext } from './step-context.ts';

type Services = Pick<PumpServices, 'verdicts' | 'settings' | 'inventory'>;
type Asking = StepContext<Services>;

/**
 * Asks the functions of a shift for their verdicts, and returns the readings of their metrics by index. A function is asked only
 * while the settings that run now name it for the scope: the plan was made with those of its time. Before the first weight and at
 * the moment in which one was set there is nothing to evaluate, and after a failure nothing to decide.
 */
export async function askVerdicts(
  context: Asking,
  plan: ShiftPlan,
  state: ShiftState,
): Promise<Map<number, Reading>> {
  const asked = plan.metrics.flatMap((metric, index) =>
    metric.kind === 'verdict' ? [[index, metric.function] as const] : [],
  );
  if (asked.length === 0 || state.step < 0 || state.phase === 'retreating' || state.phase === 'done')
    return new Map();
  const { services, view, step, record, now } = context;
  const { scope } = view.plan;
  const at = seconds(now);
  const start = intervalStart(plan, state, record.shift?.decidedAtSeconds, at);
  if (start >= at) return new Map();
  const question = {
    version: 1 as const,
    ...{ request: view.run.requestId, scope, asset: plan.asset, resource: step.resource },
    ...{ side: sideName(plan.sides.target), stableSide: sideName(plan.sides.stable) },
    ...{ weight: state.wanted, step: state.step, steps: plan.steps.length },
    interval: { start: instant(start), end: now },
  };
  // One function that several metrics name is asked once.
  const answers = new Map(
    await Promise.all(
      [...new Set(asked.map(([, name]) => name))].map(async (name) => {
        const why = await refusalOf(context, name);
        const answer = why === undefined ? services.verdicts.ask(name, question) : { verdict: null, why };
        return [name, await answer] as const;
      }),
    ),
  );
  return new Map(asked.map(([index, name]) => [index, answers.get(name) ?? {}]));
}

/**
 * Returns why a function may not be asked. The settings have a name only: a scope that they do not name for it may have made the function
 * before the one that was meant. One that Baton did not make has no asset.
 */
async function refusalOf({ services, view }: Asking, name: string): Promise<string | undefined> {
  const scopes = functionsOf(services.settings, view.plan).get(name);
  if (scopes === undefined) return `the settings do not name it for ${view.plan.scope}`;
  const [, , , region = '', account = ''] = view.run.executionArn.split(':');
  const type = 'AWS::Lambda::Function';
  const id = assetIdOf({ provider: providerOf(type), account, region, type, identifier: name });
  const asset = await services.inventory.asset(id);
  if (asset === undefined || asset.status === 'Retired' || scopes.includes(asset.scope)) return undefined;
  return `it is an asset of ${asset.scope}, which the settings do not name for it`;
}

/**
 * What was not evaluated yet, and at least one interval: a directive has a shift decided again a moment later, and no time is left out
 * if a tick is late. Never before the current weight was set.
 */
function intervalStart(plan: ShiftPlan, state: ShiftState, decidedAt = 0, at = 0): number {
  const regular = at - plan.intervalSeconds;
  return Math.max(state.setAt, decidedAt > 0 ? Math.min(decidedAt, regular) : state.setAt);
}

const instant = (at: number): string => new Date(at * 1000).toISOString();
