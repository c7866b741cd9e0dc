import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HashedPlan, Step } from '../../lib/model/plan.ts';
import { checkPlan, planChange, planDecommission } from '../../lib/planner/index.ts';
import { makeManifest } from '../bench/manifest.ts';
import { built, desire, lookup, network, rehashed } from './example.ts';

const before = desire(...network, ['Topic', 'AWS::SNS::Topic', {}, { deletionPolicy: 'Retain' }]);
const assets = built(before, { Topic: { deletionPolicy: 'Retain' } });
/** A plan with every operation: replacements, an update, a create, deletes, a retain, and an unchanged resource. */
const after = desire(
  ...network.map(([name, type, properties]): (typeof network)[number] =>
    name === 'SubnetA' ? [name, type, { ...properties, CidrBlock: '10.0.9.0/24' }] : [name, type, properties],
  ),
  ['Group', 'AWS::AutoScaling::AutoScalingGroup', { MinSize: '1', VPCZoneIdentifier: [{ Ref: 'SubnetA' }] }],
  ['Second', 'AWS::AutoScaling::AutoScalingGroup', { MinSize: { 'Fn::GetAtt': ['Group', 'MinSize'] } }],
);
const evidence = { desired: after, assets, lookup };
const sound = planChange({ requestId: 'request-1', desired: after, assets, lookup });

/** Faults of a plan, and the problems of which at least one must be found. */
const faults: Record<
  string,
  { change: (plan: HashedPlan, step: Step) => boolean | undefined; codes: string[] }
> = {
  'a step is missing': {
    change: (plan, step) => {
      plan.steps = plan.steps.filter((one) => one !== step);
      for (const one of plan.steps) one.dependsOn = one.dependsOn.filter((id) => id !== step.id);
      return true;
    },
    codes: ['Incomplete', 'DanglingReference', 'ReferenceNotCovered', 'EndsTooEarly'],
  },
  'an edge is missing': {
    change: (_, step) => step.dependsOn.pop() !== undefined,
    codes: ['ReferenceNotCovered', 'EndsTooEarly', 'CleanUpNotLast'],
  },
  'an edge goes back': {
    change: (plan, step) => {
      const first = plan.steps.find((one) => one.id === step.dependsOn[0]);
      first?.dependsOn.push(step.id);
      return first !== undefined;
    },
    codes: ['Cycle'],
  },
  'an edge has no target': {
    change: (_, step) => step.dependsOn.push('create:Nothing') > 0,
    codes: ['UnknownStep'],
  },
  'two steps share an id': {
    change: (plan, step) => plan.steps.push(structuredClone(step)) > 0,
    codes: ['DuplicateStep'],
  },
  'an inverse is swapped': {
    change: (_, step) => {
      step.inverse = { operation: step.inverse.operation === 'delete' ? 'create' : 'delete' };
      return true;
    },
    codes: ['WrongInverse'],
  },
  'a data loss is hidden, or invented': {
    change: (_, { inverse }) => {
      if (inverse.irreversible === undefined) inverse.irreversible = 'because';
      else delete inverse.irreversible;
      return true;
    },
    codes: ['WrongInverse'],
  },
  'a version is not pinned': {
    change: (_, step) => {
      if (step.assetVersion === undefined) return false;
      step.assetVersion += 1;
      return true;
    },
    codes: ['WrongVersion'],
  },
  'it changes an asset of another scope': {
    change: (_, step) => {
      if (step.assetId === undefined) return false;
      step.assetId = 'of-another-scope';
      return true;
    },
    codes: ['OtherScope'],
  },
  'it creates something that was not requested': {
    change: (_, step) => {
      if (step.desired === undefined) return false;
      step.desired = { ...step.desired, Extra: true };
      return true;
    },
    codes: ['NotAsAsked'],
  },
  'a change is not listed': {
    change: (_, step) => step.changes?.pop() !== undefined,
    codes: ['ChangeMissing'],
  },
  'a change is listed wrongly': {
    change: (_, step) => {
      const [first] = step.changes ?? [];
      if (first === undefined) return false;
      first.after = 'something else';
      return true;
    },
    codes: ['WrongChange'],
  },
  'it updates what must be replaced': {
    change: (plan, step) => {
      if (step.operation !== 'replace') return false;
      const id = `update:${step.resource}`;
      for (const one of plan.steps)
        one.dependsOn = one.dependsOn.map((need) => (need === step.id ? id : need));
      Object.assign(step, { id, operation: 'update', inverse: { operation: 'update' } });
      return true;
    },
    codes: ['MustReplace'],
  },
  'it deletes a retained resource, or retains a deleted one': {
    change: (plan, step) => {
      if (step.operation !== 'delete' && step.operation !== 'retain') return false;
      const operation = step.operation === 'delete' ? 'retain' : 'delete';
      const id = `${operation}:${step.resource}`;
      for (const one of plan.steps)
        one.dependsOn = one.dependsOn.map((need) => (need === step.id ? id : need));
      Object.assign(step, { id, operation });
      return true;
    },
    codes: ['WrongPolicy'],
  },
  'it says that nothing changed': {
    change: (plan, step) => {
      if (step.operation !== 'update') return false;
      plan.steps = plan.steps.filter((one) => one !== step);
      for (const one of plan.steps)
        one.dependsOn = one.dependsOn.flatMap((id) => (id === step.id ? step.dependsOn : id));
      const { resource, assetId = '', assetVersion = 0, identifier = '' } = step;
      plan.unchanged.push({ resource, assetId, assetVersion, identifier });
      return true;
    },
    codes: ['NotUnchanged', 'DuplicateEdge'],
  },
};

describe('checkPlan', () => {
  it('accepts a valid plan', () => {
    expect(checkPlan(sound, evidence)).toEqual([]);
    expect(new Set(sound.steps.map((step) => step.operation)).size).toBe(5);
  });

  it('finds a plan that does not match its hash', () => {
    const forged = { ...sound, owner: 'someone else' };
    expect(checkPlan(forged, evidence).map((problem) => problem.code)).toEqual(['WrongHash']);
  });

  for (const [name, { change, codes }] of Object.entries(faults)) {
    it(`finds it if ${name}`, () => {
      let tried = 0;
      for (let at = 0; at < sound.steps.length; at += 1) {
        const plan = structuredClone(sound);
        const step = plan.steps[at];
        if (step === undefined || !change(plan, step)) continue;
        tried += 1;
        const found = checkPlan(rehashed(plan), evidence).map((problem) => problem.code);
        expect(
          found.some((code) => codes.includes(code)),
          `${step.id}: ${found.join(', ') || 'nothing'}`,
        ).toBe(true);
      }
      expect(tried).toBeGreaterThan(0);
    });
  }

  it('finds each of these faults in plans of any size', () => {
    const kinds = [
      'a step is missing',
      'an edge goes back',
      'an inverse is swapped',
      'two steps share an id',
    ];
    fc.assert(
      fc.property(
        fc.integer({ min: 3, max: 90 }),
        fc.nat(),
        fc.constantFrom(...kinds),
        fc.nat(),
        (size, seed, kind, at) => {
          const { desired } = makeManifest(size, seed);
          const given = { desired, assets: [], lookup };
          const plan = planChange({ requestId: 'request-1', ...given });
          expect(checkPlan(plan, given)).toEqual([]);
          const step = plan.steps[at % plan.steps.length];
          if (step === undefined || !faults[kind]?.change(plan, step)) return;
          expect(checkPlan(rehashed(plan), given)).not.toEqual([]);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('finds a removed edge unless another path covers it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 20, max: 90 }), fc.nat(), fc.nat(), (size, seed, at) => {
        const { desired } = makeManifest(size, seed);
        const given = { desired, assets: [], lookup };
        const plan = planChange({ requestId: 'request-1', ...given });
        const step = plan.steps.filter(({ dependsOn }) => dependsOn.length > 0)[at % 10];
        const dropped = step?.dependsOn.shift();
        if (step === undefined || dropped === undefined) return;
        const byId = new Map(plan.steps.map((one) => [one.id, one]));
        const still = new Set(step.dependsOn);
        for (const id of still) for (const further of byId.get(id)?.dependsOn ?? []) still.add(further);
        expect(checkPlan(rehashed(plan), given).length > 0).toBe(!still.has(dropped));
      }),
      { numRuns: 60 },
    );
  });

  it('finds a decommission that removes a dependency first', () => {
    const plan = planDecommission({
      requestId: 'request-2',
      header: before.header,
      assets,
      dependents: [],
      lookup,
    });
    const database = plan.steps.find((step) => step.id === 'delete:Vpc');
    if (database) database.dependsOn = [];
    const codes = checkPlan(rehashed(plan), { assets, lookup }).map((problem) => problem.code);
    expect(codes).toContain('EndsTooEarly');
  });
});
