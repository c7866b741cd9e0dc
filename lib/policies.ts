import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HashedPlan, Operation } from './model/plan.ts';
import type { Verdicts } from './model/policy.ts';
import type { DesiredResource } from './model/request.ts';
import { createEngines, type PolicyEngines, parseBundle } from './policy/index.ts';
import { bundledFolder, lookup } from './services.ts';

const made = new Map<string, PolicyEngines>();

/** The engines with the packs of an environment, as they were bundled with the functions. */
export function engines(environment: string): PolicyEngines {
  const known = made.get(environment) ?? createEngines(parseBundle(bundleText(environment)), lookup());
  made.set(environment, known);
  return known;
}

/** Judges a payload, or what is deleted, right before its provider call. */
export function judgeCall(plan: HashedPlan, resource: DesiredResource, operation: Operation): Verdicts {
  const { environment, service, owner } = plan;
  const { wanted, removed } = engines(environment);
  return operation === 'delete'
    ? removed.judge({ environment, service, owner, action: 'decommission' }, [resource], 'call')
    : wanted.judge({ environment, service, owner, action: 'provision' }, [resource], 'call');
}

function bundleText(environment: string): string {
  return readFileSync(join(bundledFolder(), 'policies', `${environment}.json`), 'utf8');
}
