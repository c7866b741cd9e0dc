import type { Verdicts } from '../model/policy.ts';
import type { AvailableAction, DesiredResource } from '../model/request.ts';
import type { TypeLookup } from '../model/spec.ts';
import { removalBundle } from './bundle.ts';
import { createEngine } from './engine.ts';
import type { JudgeRequest, Phase, PolicyBundle, PolicyEngine, PolicyRule } from './types.ts';

/** The engines of a bundle: all its rules for what is asked for, those that name `decommission` for what goes. */
export interface PolicyEngines {
  /** The rules judged by: a document of just them has the hash that verdicts name. */
  rules: readonly PolicyRule[];
  wanted: PolicyEngine;
  removed: PolicyEngine;
}

/**
 * A rule that says `action` without more is about how a resource may be made: an unencrypted database may always be
 * deleted. What a plan deletes is judged by the rules whose head names `Action::"decommission"`.
 */
export function createEngines(bundle: PolicyBundle, lookup: TypeLookup): PolicyEngines {
  return {
    rules: bundle.policies,
    wanted: createEngine(bundle, lookup),
    removed: createEngine(removalBundle(bundle), lookup),
  };
}

/** What is done, and to what: the action is that of the steps of a plan, never that of a header. */
export interface Doing {
  asked: Omit<JudgeRequest, 'action'>;
  action: AvailableAction;
  resources: DesiredResource[];
}

/** Judges resources by what is done to them: the one way at admission and at the provider call. */
export function judgeDoing(engines: PolicyEngines, doing: Doing, phase: Phase): Verdicts {
  return engineOf(engines, doing).judge(requestOf(doing), doing.resources, phase);
}

/** Ids of the rules that have something to say of what is done. */
export function applicableTo(engines: PolicyEngines, doing: Doing): string[] {
  return engineOf(engines, doing).applicable(requestOf(doing), doing.resources);
}

const engineOf = ({ wanted, removed }: PolicyEngines, { action }: Doing) =>
  action === 'decommission' ? removed : wanted;

const requestOf = ({ asked: { environment, service, owner }, action }: Doing): JudgeRequest => ({
  ...{ environment, service, owner, action },
});
