import type { Verdicts } from '../model/policy.ts';
import type { AvailableAction, DesiredResource } from '../model/request.ts';
import type { TypeLookup } from '../model/spec.ts';
import { bundleNaming } from './bundle.ts';
import { createEngine } from './engine.ts';
import type { JudgeRequest, Phase, PolicyBundle, PolicyEngine, PolicyRule } from './types.ts';

/** The engines of a bundle: all its rules for provisioning, and for any other action those that name it. */
export interface PolicyEngines {
  /** The evaluated rules. A document with exactly these rules has the hash that verdicts contain. */
  rules: readonly PolicyRule[];
  of(action: AvailableAction): PolicyEngine;
}

/**
 * Creates the engines of a bundle. A rule with an unconstrained `action` is about how a resource may be created: an
 * unencrypted database may always be deleted, and restarted. Deletions are evaluated with the rules whose head names
 * `Action::"decommission"`, verbs with those that name the action of the verb.
 */
export function createEngines(bundle: PolicyBundle, lookup: TypeLookup): PolicyEngines {
  const made = new Map<AvailableAction, PolicyEngine>();
  const of = (action: AvailableAction): PolicyEngine => {
    const rules = action === 'provision' ? bundle : bundleNaming(action, bundle);
    const engine = made.get(action) ?? createEngine(rules, lookup);
    made.set(action, engine);
    return engine;
  };
  return { rules: bundle.policies, of };
}

/** The action and the resources. The action comes from the steps of a plan, never from a header. */
export interface Doing {
  asked: Omit<JudgeRequest, 'action'>;
  action: AvailableAction;
  resources: DesiredResource[];
}

/** Evaluates resources for an action. Used both at admission and at the provider call. */
export function judgeDoing(engines: PolicyEngines, doing: Doing, phase: Phase): Verdicts {
  return engines.of(doing.action).judge(requestOf(doing), doing.resources, phase);
}

/** Returns the ids of the rules that apply to an action on resources. */
export function applicableTo(engines: PolicyEngines, doing: Doing): string[] {
  return engines.of(doing.action).applicable(requestOf(doing), doing.resources);
}

const requestOf = ({ asked: { environment, service, owner }, action }: Doing): JudgeRequest => ({
  ...{ environment, service, owner, action },
});
