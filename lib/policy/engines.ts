import type { TypeLookup } from '../model/spec.ts';
import { removalBundle } from './bundle.ts';
import { createEngine } from './engine.ts';
import type { PolicyBundle, PolicyEngine, PolicyRule } from './types.ts';

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
