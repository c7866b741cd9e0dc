import { describe, expect, it, test } from 'vitest';
import type { Asset } from '../../lib/model/asset.ts';
import { InvalidInput } from '../../lib/model/errors.ts';
import type { HashedPlan, Step } from '../../lib/model/plan.ts';
import type { DesiredState, HealthCheck } from '../../lib/model/request.ts';
import type { TypeLookup } from '../../lib/model/spec.ts';
import type { AssetVerb } from '../../lib/model/wish.ts';
import { checkPlan, planChange, planUndo, planVerbs, predictSeconds } from '../../lib/planner/index.ts';
import { lookup as base, built, desire, outline, rehashed } from './example.ts';

const service = 'AWS::ECS::Service';
const lookup: TypeLookup = (type) => {
  const topic = base('AWS::SNS::Topic');
  return type === service && topic !== undefined ? { ...topic, type, createOnly: [] } : base(type);
};
const health: HealthCheck[] = [{ kind: 'property', path: 'Made', equals: true, timeoutSeconds: 600 }];
const scope = desire(
  ['Api', service, {}],
  ['Web', service, { Back: { Ref: 'Mesh' } }],
  ['Mesh', 'AWS::SNS::Topic', { DisplayName: { Ref: 'Api' } }],
  ['Old', service, { ForceNewDeployment: { EnableForceNewDeployment: true } }],
);
const assets = built(scope, { Web: { health, bakeSeconds: 300 }, Api: { health } });
const idOf = (logicalId: string, of: readonly Asset[] = assets) =>
  of.find((asset) => asset.logicalId === logicalId)?.id ?? logicalId;
const wishOf = (verbs: AssetVerb[]): DesiredState => ({
  ...{ ...scope, resources: [], wish: { kind: 'verbs', verbs } },
});
const restart = (...names: string[]): AssetVerb[] =>
  names.map((name) => ({ asset: idOf(name), verb: 'restart' }));

function planned(verbs: AssetVerb[], standing: Asset[] = assets): HashedPlan {
  const desired = wishOf(verbs);
  const plan = planVerbs({ requestId: 'request-1', desired, assets: standing, lookup });
  expect(checkPlan(plan, { desired, assets: standing, lookup })).toEqual([]);
  return plan;
}

describe('a plan of verbs', () => {
  it('acts on the named assets, and verifies those with health checks', () => {
    const plan = planned(restart('Web'));
    expect(outline(plan)).toEqual(['act:Web:restart', 'verify:Web < act:Web:restart']);
    expect(plan.steps).toMatchObject([
      { act: { verb: 'restart', harm: 'none' }, inverse: { operation: 'none', because: expect.any(String) } },
      { health, bakeSeconds: 300, identifier: 'web-1' },
    ]);
    expect(plan.steps.every(({ desired, changes }) => desired === undefined && changes === undefined)).toBe(
      true,
    );
  });

  it('acts where the asset is', () => {
    const elsewhere = assets.map((asset) => ({ ...asset, region: 'eu-north-1' }));
    const places = planned(restart('Web'), elsewhere).steps.map(({ place }) => place?.region);
    expect(places).toEqual(['eu-north-1', 'eu-north-1']);
  });

  it('restarts dependencies before dependents, and verifies for a minute by default', () => {
    const plan = planned(restart('Web', 'Api'));
    expect(outline(plan)).toEqual([
      'act:Web:restart < verify:Api',
      'verify:Web < act:Web:restart',
      'act:Api:restart',
      'verify:Api < act:Api:restart',
    ]);
    expect(plan.steps.find(({ id }) => id === 'verify:Api')?.bakeSeconds).toBe(60);
  });

  it.each([
    ['replaces all tasks before it stops any', {}, 'none'],
    [
      'may have fewer tasks meanwhile',
      { DeploymentConfiguration: { MinimumHealthyPercent: 50 } },
      'brief outage',
    ],
    ['keeps all tasks', { DeploymentConfiguration: { MinimumHealthyPercent: '100' } }, 'none'],
    ['has unresolved limits', { DeploymentConfiguration: { Ref: 'Limits' } }, 'brief outage'],
    ['runs one task on each instance', { SchedulingStrategy: 'DAEMON' }, 'brief outage'],
  ])('states the harm for a service that %s', (_what, desired, harm) => {
    const standing = assets.map((asset) => (asset.logicalId === 'Api' ? { ...asset, desired } : asset));
    expect(planned(restart('Api'), standing).steps[0]?.act?.harm).toBe(harm);
  });

  it('has no inverse', () => {
    const plan = planned(restart('Web'));
    const outcomes = plan.steps.map(({ id }) => ({ stepId: id, status: 'Succeeded' as const }));
    expect(planUndo({ plan, outcomes, requestId: 'request-1', runId: 'run-1', lookup }).steps).toEqual([]);
  });
});

describe('rejects a verb', () => {
  const cases: [what: string, verbs: AssetVerb[], standing: Asset[], problems: [string, RegExp][]][] = [
    [
      'an asset of another scope',
      [{ asset: 'theirs', verb: 'restart' }],
      assets,
      [['UnknownAsset', /test\/shop has no asset theirs/]],
    ],
    [
      'an asset that is retired',
      restart('Api'),
      assets.map((asset) => ({ ...asset, status: 'Retired' })),
      [['UnknownAsset', /Api .* is Retired/]],
    ],
    [
      'a verb that its type does not have',
      [{ asset: idOf('Api'), verb: 'reboot' }],
      assets,
      [['UnknownVerb', /no verb "reboot"; expected restart/]],
    ],
    ['a type without verbs', restart('Mesh'), assets, [['UnknownVerb', /the type has none/]]],
    ['the same asset twice', restart('Api', 'Api'), assets, [['DuplicateAsset', /named twice/]]],
    [
      'a nonce that its manifest sets',
      restart('Old'),
      assets,
      [['DecidedByManifest', /sets ForceNewDeployment/]],
    ],
    [
      'several, told at once',
      [...restart('Mesh'), { asset: 'theirs', verb: 'restart' }],
      assets,
      [
        ['UnknownVerb', /Mesh/],
        ['UnknownAsset', /theirs/],
      ],
    ],
  ];
  test.each(cases)('%s', (_what, verbs, standing, problems) => {
    try {
      planVerbs({ requestId: 'request-1', desired: wishOf(verbs), assets: standing, lookup });
      expect.unreachable('it was planned');
    } catch (error) {
      if (!(error instanceof InvalidInput)) throw error;
      expect(error.problems.map(({ code, message }) => [code, message])).toEqual(
        problems.map(([code, message]) => [code, expect.stringMatching(message)]),
      );
    }
  });
});

/** Faults of a plan of verbs, and the problems of which at least one must be found. */
const faults: Record<
  string,
  { change: (plan: HashedPlan, steps: Record<string, Step>) => void; codes: string[] }
> = {
  'another place than that of its asset': {
    change: (_, { act }) => Object.assign(act ?? {}, { place: { ...act?.place, region: 'eu-north-1' } }),
    codes: ['OtherPlace'],
  },
  'another call than that of its verb': {
    change: (_, { act }) => Object.assign(act?.act ?? {}, { sends: { DesiredCount: {} } }),
    codes: ['WrongCall'],
  },
  'a call that is not shown': {
    change: (_, { act }) => Object.assign(act?.act ?? {}, { sends: {} }),
    codes: ['WrongCall'],
  },
  'another verb': {
    change: (_, { act }) => Object.assign(act?.act ?? {}, { verb: 'reboot' }),
    codes: ['NotAsAsked'],
  },
  'another harm': {
    change: (_, { act }) => Object.assign(act?.act ?? {}, { harm: 'data loss' }),
    codes: ['WrongHarm'],
  },
  'no witness': {
    change: (_, { act }) => Object.assign(act?.act ?? {}, { witness: '' }),
    codes: ['Unexplained'],
  },
  'another asset': {
    change: (_, { act }) => Object.assign(act ?? {}, { assetId: idOf('Mesh') }),
    codes: ['MissingStep'],
  },
  'an older version': {
    change: (_, { act }) => Object.assign(act ?? {}, { assetVersion: 0 }),
    codes: ['WrongVersion'],
  },
  properties: {
    change: (_, { act }) => Object.assign(act ?? {}, { desired: { A: 1 } }),
    codes: ['NotAsAsked'],
  },
  'properties to verify': {
    change: (_, { verify }) => Object.assign(verify ?? {}, { desired: {} }),
    codes: ['NotAsAsked'],
  },
  'no reason for the missing inverse': {
    change: (_, { act }) => Object.assign(act ?? {}, { inverse: { operation: 'none' } }),
    codes: ['WrongInverse'],
  },
  'an inverse': {
    change: (_, { act }) => Object.assign(act ?? {}, { inverse: { operation: 'update', because: 'x' } }),
    codes: ['WrongInverse'],
  },
  'no verification': { change: (plan) => plan.steps.pop(), codes: ['NotVerified'] },
  'a shorter verification': {
    change: (_, { verify }) => Object.assign(verify ?? {}, { bakeSeconds: 1 }),
    codes: ['NotVerified'],
  },
  'a verification that does not wait': {
    change: (_, { verify }) => Object.assign(verify ?? {}, { dependsOn: [] }),
    codes: ['NotVerified'],
  },
  'an additional update': {
    change: (plan, { act }) => act && plan.steps.push({ ...act, id: 'update:Web', operation: 'update' }),
    codes: ['NotAsked'],
  },
  'an additional deletion': {
    change: (plan, { act }) => act && plan.steps.push({ ...act, id: 'delete:Web', operation: 'delete' }),
    codes: ['NotAsked'],
  },
  'an additional restart': {
    change: (plan, { act }) =>
      act && plan.steps.push({ ...act, id: 'act:Mesh:restart', resource: 'Mesh', assetId: idOf('Mesh') }),
    codes: ['NotAsked'],
  },
  outputs: {
    change: (plan) => Object.assign(plan, { outputs: { A: { value: 1 } } }),
    codes: ['WrongOutputs'],
  },
};

describe('the checker finds', () => {
  const sound = planned(restart('Web'));
  test.each(Object.entries(faults))('%s', (_what, { change, codes }) => {
    const plan = structuredClone(sound);
    change(plan, { act: plan.steps[0] as Step, verify: plan.steps[1] as Step });
    const found = checkPlan(rehashed(plan), { desired: wishOf(restart('Web')), assets, lookup });
    expect(found.map(({ code }) => code)).toEqual(expect.arrayContaining(codes));
  });

  test('two restarts in the wrong order', () => {
    const plan = planned(restart('Web', 'Api'));
    const steps = plan.steps.map((step) =>
      step.id === 'act:Web:restart' ? { ...step, dependsOn: [] } : step,
    );
    const found = checkPlan(rehashed({ ...plan, steps }), {
      desired: wishOf(restart('Web', 'Api')),
      assets,
      lookup,
    });
    expect(found.map(({ code }) => code)).toContain('ReferenceNotCovered');
  });

  test('a restart in the plan of a manifest', () => {
    const desired = {
      ...scope,
      resources: scope.resources.map((one) => ({
        ...one,
        properties: { ...one.properties, FifoTopic: 'x' },
      })),
    };
    const plan = planChange({ requestId: 'request-1', desired, assets, lookup });
    const steps = [...plan.steps, ...planned(restart('Web')).steps.slice(0, 1)];
    const found = checkPlan(rehashed({ ...plan, steps }), { desired, assets, lookup });
    expect(found.map(({ code }) => code)).toContain('NotAsked');
  });
});

describe('a manifest with a bake time', () => {
  const baked = (logicalId: string, properties = {}) =>
    [logicalId, service, properties, { health, bakeSeconds: 300 }] as const;
  const desired = desire([...baked('Api')], ['Mesh', 'AWS::SNS::Topic', { DisplayName: { Ref: 'Api' } }]);
  const make = (wanted = desired, standing: Asset[] = []) => {
    const plan = planChange({ requestId: 'request-1', desired: wanted, assets: standing, lookup });
    expect(checkPlan(plan, { desired: wanted, assets: standing, lookup })).toEqual([]);
    return plan;
  };
  const found = (plan: HashedPlan) =>
    checkPlan(rehashed(plan), { desired, assets: [], lookup }).map(({ code }) => code);

  it('is verified before its dependents start', () => {
    expect(outline(make())).toEqual([
      'create:Api',
      'verify:Api < create:Api',
      'create:Mesh < create:Api < verify:Api',
    ]);
  });

  it('is verified before the resource it replaces is deleted', () => {
    const [old] = built(desire(['Api', 'AWS::SNS::Topic', { TopicName: 'a' }]));
    const wanted = desire(['Api', 'AWS::SNS::Topic', { TopicName: 'b' }, { health, bakeSeconds: 300 }]);
    expect(outline(make(wanted, [old as Asset]))).toEqual([
      'replace:Api',
      'verify:Api < replace:Api',
      'delete:Api < verify:Api',
    ]);
  });

  it('is not verified without changes', () => {
    expect(make(desired, built(desired)).steps).toEqual([]);
  });

  it('is rolled back in reverse order, except for the verification', () => {
    const plan = make();
    const outcomes = plan.steps.map(({ id, resource }) => ({
      ...{
        stepId: id,
        status: 'Succeeded' as const,
        identifier: resource,
        assetId: resource,
        assetVersion: 1,
      },
    }));
    const undo = planUndo({ plan, outcomes, requestId: 'request-1', runId: 'run-1', lookup });
    expect(outline(undo)).toEqual(['delete:Mesh', 'delete:Api < delete:Mesh']);
    expect(checkPlan(undo, { assets: [], lookup, undone: plan })).toEqual([]);
  });

  it('takes as long as its checks must hold', () => {
    const rates = { create: 5, update: 5, delete: 5 };
    const seconds = predictSeconds(make(), () => ({ medianSeconds: 10, sigma: 0 }), rates);
    expect(seconds).toBeGreaterThanOrEqual(320);
    expect(seconds).toBeLessThan(340);
  });

  it('is rejected by the checker without the verification, with a shorter one, or if nothing waits for it', () => {
    const plan = make();
    const [create, verify, needs] = plan.steps as [Step, Step, Step];
    const mesh = { ...needs, dependsOn: ['create:Api'] };
    expect(found({ ...plan, steps: [create, mesh] })).toContain('NotVerified');
    expect(found({ ...plan, steps: [create, { ...verify, bakeSeconds: 3 }, needs] })).toContain('NotAsAsked');
    expect(found({ ...plan, steps: [create, verify, mesh] })).toContain('ReferenceNotCovered');
  });
});
