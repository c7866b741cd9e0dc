import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../lib/model/json.ts';
import type { Step } from '../../../lib/model/plan.ts';
import type { Violation } from '../../../lib/model/policy.ts';
import type { DesiredResource } from '../../../lib/model/request.ts';
import { judgePayload } from '../../../lib/tasks/pump/judge-payload.ts';

const now = '2026-01-01T00:00:00.000Z';
const step = {
  ...{ id: 'update:Group', resource: 'Group', type: 'AWS::EC2::SecurityGroup', operation: 'update' },
  relationships: [],
} as unknown as Step;

/** A rule with one violation for each open range. */
const judge = (_plan: unknown, { properties }: DesiredResource) => {
  const open = ((properties.Open ?? []) as string[]).filter((one) => one === '0.0.0.0/0');
  const violations = open.map(
    (_, index): Violation => ({
      ...{ rule: 'SSH', severity: 'high', enforcement: 'enforce', resource: 'Group' },
      ...{ path: `Properties.Open.${index}`, message: 'open to the world' },
    }),
  );
  const decision = violations.length > 0 ? ('deny' as const) : ('allow' as const);
  return { decision, bundleHash: '', violations, pending: [], waived: [], suppressed: [], judged: 1 };
};

async function deniedOf(payload: JsonObject, before: { live?: JsonObject; sent?: JsonObject }, more = {}) {
  const view = {
    plan: { direction: 'undo' },
    before: new Map(before.live ? [['Group', before.live]] : []),
    sentBefore: new Map(before.sent ? [['Group', before.sent]] : []),
    approved: [],
  };
  const services = { judge, inventory: { asset: async () => undefined } };
  const context = { services, view, step: { ...step, ...more }, now };
  const judgment = await judgePayload(context as never, payload);
  return judgment.denied;
}

const world = '0.0.0.0/0';
describe('the payload of a rollback', () => {
  it('is not denied for what existed before, as read or as sent', async () => {
    expect(await deniedOf({ Open: [world] }, { live: { Open: [world] } })).toBeUndefined();
    expect(await deniedOf({ Open: [world] }, { sent: { Open: [world] } })).toBeUndefined();
  });
  it('is denied for what did not exist', async () => {
    expect(await deniedOf({ Open: [world] }, { live: { Open: ['10.0.0.0/8'] } })).toContain('SSH');
    expect(await deniedOf({ Open: [world] }, {})).toContain('SSH');
  });
  it('is denied for more copies of what existed once', async () => {
    expect(await deniedOf({ Open: [world, world] }, { live: { Open: [world] } })).toContain('SSH');
  });
  it('is compared with what was read if that differs from what was sent', async () => {
    const before = { live: { Open: [] }, sent: { Open: [world] } };
    expect(await deniedOf({ Open: [world] }, before)).toContain('SSH');
  });
  it('is not evaluated if it removes what the run created', async () => {
    expect(await deniedOf({}, {}, { operation: 'delete' })).toBeUndefined();
  });
});
