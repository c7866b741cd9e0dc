import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HashedPlan } from './model/plan.ts';
import type { Verdicts } from './model/policy.ts';
import type { DesiredResource } from './model/request.ts';
import { createEngine, type PolicyEngine, parseBundle } from './policy/index.ts';
import { bundledFolder, lookup } from './services.ts';

const engines = new Map<string, PolicyEngine>();

/** The engine with the packs of an environment, as they were bundled with the functions. */
export function engine(environment: string): PolicyEngine {
  const made = engines.get(environment) ?? createEngine(parseBundle(bundleText(environment)), lookup());
  engines.set(environment, made);
  return made;
}

/** Judges a payload right before its provider call. */
export function judgeCall(plan: HashedPlan, resource: DesiredResource): Verdicts {
  const { environment, service, owner } = plan;
  return engine(environment).judge({ environment, service, owner, action: 'provision' }, [resource], 'call');
}

function bundleText(environment: string): string {
  return readFileSync(join(bundledFolder(), 'policies', `${environment}.json`), 'utf8');
}
