import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { HashedPlan, Step } from '../../../lib/model/plan.ts';
import type { DesiredState } from '../../../lib/model/request.ts';
import { settingsSchema } from '../../../lib/model/settings.ts';
import { createEngines, loadBundle } from '../../../lib/policy/index.ts';
import { ensureTypes, typeLookup } from '../../../lib/spec/index.ts';
import { verdictsOf } from '../../../lib/tasks/govern/evaluate-policy.ts';

const rule = (id: string, head: string, when: string) =>
  `@id("${id}") @severity("high") @message("no")\nforbid (principal, ${head}, resource is AWS::SQS::Queue)\nwhen { ${when} };\n`;
const directory = mkdtempSync(join(tmpdir(), 'baton-packs-'));
mkdirSync(join(directory, 'own'));
const fifo = 'resource has FifoQueue && resource.FifoQueue';
writeFileSync(join(directory, 'own', 'making.cedar'), rule('MAKING', 'action', fifo));
writeFileSync(
  join(directory, 'own', 'removing.cedar'),
  rule('REMOVING', 'action == Action::"decommission"', fifo),
);
const lookup = typeLookup(ensureTypes());
const engines = createEngines(loadBundle([{ name: 'own', mode: 'enforce' }], [directory], lookup), lookup);
const settings = settingsSchema.parse({ environments: { dev: { policyPacks: [{ name: 'own' }] } } });

const now = '2027-01-01T00:00:00.000Z';
const header = { action: 'provision', environment: 'dev', service: 's', owner: 'o', reason: 'r' };
const policies = { deletionPolicy: 'Delete', updateReplacePolicy: 'Delete' } as const;
const resource = { logicalId: 'Queue', type: 'AWS::SQS::Queue', dependsOn: [], ...policies };

/** Returns rules violated by a request for a queue, or by a plan that deletes one. */
function broken(what: 'wanted' | 'deleted' | 'retained', properties: Record<string, boolean>): string[] {
  const resources = what === 'wanted' ? [{ ...resource, properties }] : [];
  const desired = { header, resources } as unknown as DesiredState;
  const operation = what === 'retained' ? 'retain' : 'delete';
  const step = { resource: 'Queue', type: resource.type, operation, previous: properties, relationships: [] };
  const steps = what === 'wanted' ? [] : [{ ...step, ...policies } as unknown as Step];
  const { decision, violations } = verdictsOf(
    desired,
    { steps, unchanged: [] } as unknown as HashedPlan,
    settings,
    engines,
    now,
  );
  expect(decision).toBe(violations.length > 0 ? 'deny' : 'allow');
  return violations.map(({ rule: id }) => id);
}

describe('deletions in a plan', () => {
  it('are evaluated with the rules that name the action decommission', () => {
    expect(broken('deleted', { FifoQueue: true })).toEqual(['REMOVING']);
  });
  it('are not evaluated with rules for creation', () => {
    expect(broken('deleted', { FifoQueue: false })).toEqual([]);
    expect(broken('wanted', { FifoQueue: true })).toEqual(['MAKING']);
  });
  it('exclude a retained resource, which stays as it is', () => {
    expect(broken('retained', { FifoQueue: true })).toEqual([]);
  });
});

describe('values that the manifest does not own', () => {
  const owner = { path: 'FifoQueue', owner: 'configuration', requestId: 'r' };
  it.each<[said: boolean, configured: boolean, where: 'steps' | 'unchanged', expected: string[]]>([
    [false, true, 'steps', ['MAKING']],
    [false, true, 'unchanged', ['MAKING']],
    [true, false, 'steps', []],
    [true, false, 'unchanged', []],
  ])('counts, and not the manifest: %s, configured as %s, in %s', (FifoQueue, value, where, expected) => {
    const desired = {
      header,
      resources: [{ ...resource, properties: { FifoQueue } }],
    } as unknown as DesiredState;
    const kept = { resource: 'Queue', operation: 'update', kept: [{ ...owner, value }] };
    const plan = { steps: [], unchanged: [], [where]: [kept] } as unknown as HashedPlan;
    const { violations } = verdictsOf(desired, plan, settings, engines, now);
    expect(violations.map(({ rule: id }) => id)).toEqual(expected);
  });
});
