import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { actionOf } from '../model/actions.ts';
import type { HashedPlan, Step } from '../model/plan.ts';
import type { Verdicts, Waiver } from '../model/policy.ts';
import type { DesiredResource } from '../model/request.ts';
import {
  applyWaivers,
  createEngines,
  judgeDoing,
  type PolicyEngines,
  parseBundle,
  settingsWaivers,
} from '../policy/index.ts';
import { bundledFolder, lookup, settings } from './services.ts';

const made = new Map<string, PolicyEngines>();

/** Returns the policy engines of an environment from the function's bundle. */
export function engines(environment: string): PolicyEngines {
  const known = made.get(environment) ?? createEngines(parseBundle(bundleText(environment)), lookup());
  made.set(environment, known);
  return known;
}

/**
 * Evaluates a payload, a deletion or a verb immediately before its provider call.
 * @param approved exceptions of the request that were approved with its change; those of the settings also apply
 */
export function judgeCall(
  plan: HashedPlan,
  resource: DesiredResource,
  step: Pick<Step, 'operation' | 'type' | 'act'>,
  { approved, now }: { approved: readonly Waiver[]; now: string },
): Verdicts {
  const { environment, scope } = plan;
  const doing = { asked: plan, action: actionOf(step) ?? 'provision', resources: [resource] };
  const verdicts = judgeDoing(engines(environment), doing, 'call');
  const waivers = [...settingsWaivers(settings(), environment), ...approved];
  return applyWaivers(verdicts, waivers, { scope, now, approvable: true });
}

function bundleText(environment: string): string {
  return readFileSync(join(bundledFolder(), 'policies', `${environment}.json`), 'utf8');
}
