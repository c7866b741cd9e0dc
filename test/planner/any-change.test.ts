import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Asset } from '../../lib/model/asset.ts';
import { isObject, type JsonObject, type JsonValue } from '../../lib/model/json.ts';
import type { HashedPlan } from '../../lib/model/plan.ts';
import type { DesiredState } from '../../lib/model/request.ts';
import { checkPlan, PlanRefused, planChange, planUndo, type StepOutcome } from '../../lib/planner/index.ts';
import { ensureTypes, typeLookup } from '../../lib/spec/index.ts';
import { makeManifest } from '../bench/manifest.ts';
import { type Random, randomFrom } from '../bench/random.ts';
import { built } from './example.ts';

const lookup = typeLookup(ensureTypes());

/** Returns the request with random changes: values, removed properties, and removed resources with their dependents. */
function disturb(desired: DesiredState, random: Random, share: number): DesiredState {
  const changed = structuredClone(desired);
  const gone = new Set<string>();
  for (const resource of changed.resources) {
    const needsGone = resource.dependsOn.some((name) => gone.has(name));
    if (needsGone || random.next() < share / 10) gone.add(resource.logicalId);
    if (random.next() > share) continue;
    const { properties } = resource;
    const names = Object.keys(properties).filter((name) => !isObject(properties[name]));
    const name = names[random.below(names.length)];
    if (name === undefined || JSON.stringify(properties[name]).includes('Ref'))
      resource.deletionPolicy = 'Retain';
    else if (typeof properties[name] === 'string') properties[name] = `other-${properties[name]}`;
    else if (random.next() < 0.5) properties[name] = ['other'];
  }
  changed.resources = changed.resources.filter(({ logicalId }) => !gone.has(logicalId));
  return changed;
}

/** Returns the outcome of a run that stopped at some step after all previous steps succeeded. */
function stopped(plan: HashedPlan, assets: Asset[], count: number): StepOutcome[] {
  const assetOf = new Map(assets.map((asset) => [asset.id, asset]));
  const done = new Set<string>();
  return plan.steps.map((step): StepOutcome => {
    if (done.size >= count || !step.dependsOn.every((id) => done.has(id))) {
      return { stepId: step.id, status: 'Skipped' };
    }
    done.add(step.id);
    const asset = assetOf.get(step.assetId ?? '');
    const identifier = step.operation === 'create' ? `new-${step.resource}` : step.identifier;
    return { stepId: step.id, status: 'Succeeded', identifier, preImage: asset && live(asset.attributes) };
  });
}

/** Returns properties as the cloud shows them, with resolved references. */
function live(properties: JsonObject): JsonObject {
  const resolve = (_: string, value: JsonValue) =>
    isObject(value) && /^(Ref|Fn::)/.test(Object.keys(value)[0] ?? '') ? 'live' : value;
  return JSON.parse(JSON.stringify(properties), resolve) as JsonObject;
}

describe('any change of any request', () => {
  it('has a plan that the checker accepts, or a rejection with a reason; so has its rollback, wherever it stopped', () => {
    let planned = 0;
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 120 }),
        fc.integer({ min: 0, max: 1e6 }),
        fc.constantFrom(0, 0.05, 0.3, 1),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (size, seed, share, progress) => {
          const before = makeManifest(size, seed).desired;
          const random = randomFrom(seed + 1);
          const assets = built(before);
          // Some are missing in the inventory, as if someone had removed them.
          const left = assets.filter(() => random.next() > share / 20);
          const desired = disturb(before, random, share);
          let plan: HashedPlan;
          try {
            plan = planChange({ requestId: 'request-1', desired, assets: left, lookup });
          } catch (error) {
            expect(error).toBeInstanceOf(PlanRefused);
            return;
          }
          planned += 1;
          expect(checkPlan(plan, { desired, assets: left, lookup })).toEqual([]);
          const outcomes = stopped(plan, left, Math.floor(progress * plan.steps.length));
          const undo = planUndo({ plan, outcomes, requestId: 'request-1', runId: 'run-1', lookup });
          expect(checkPlan(undo, { assets: left, lookup, undone: plan })).toEqual([]);
          expect(undo.steps).toHaveLength(outcomes.filter(({ status }) => status === 'Succeeded').length);
        },
      ),
      { numRuns: 150 },
    );
    expect(planned).toBeGreaterThan(50);
  });

  it('is empty if nothing changed', () => {
    for (const seed of [1, 2, 3]) {
      const { desired } = makeManifest(300, seed);
      const plan = planChange({ requestId: 'request-1', desired, assets: built(desired), lookup });
      expect(plan.steps).toEqual([]);
      expect(plan.unchanged).toHaveLength(300);
    }
  });
});
