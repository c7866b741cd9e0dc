import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { capsuleText } from '../../lib/cli/capsule-text.ts';
import { changesText } from '../../lib/cli/commands/changes-list.ts';
import type { ShownChange } from '../../lib/client/changes/read-change.ts';
import type { CapsuleStep } from '../../lib/model/change.ts';
import type { PropertyChange } from '../../lib/model/plan.ts';
import { now, quietChange, shownChange } from './shown-change.ts';

const plain = (_tone: string, text: string) => text;
const text = (shown: ShownChange) => capsuleText(shown, plain, now).join('\n');

/** Returns the section with a title, without the title. */
function section(shown: ShownChange, title: string): string[] {
  const lines = text(shown).split('\n');
  const start = lines.findIndex((line) => line.startsWith(title));
  if (start < 0) return [];
  const end = lines.indexOf('', start);
  return lines.slice(start + 1, end < 0 ? undefined : end);
}

const withSteps = (steps: CapsuleStep[]): ShownChange => ({
  ...quietChange,
  capsule: { ...quietChange.capsule, steps },
});
const topic = (name: string, dependsOn: string[] = []): CapsuleStep => ({
  ...{ id: `create:${name}`, resource: name, type: 'AWS::SNS::Topic', operation: 'create' },
  ...{ dependsOn: dependsOn.map((one) => `create:${one}`), holdsData: false },
  ...{ deletionPolicy: 'Delete', updateReplacePolicy: 'Delete' },
});

describe('the text of a change', () => {
  it('starts with its risks and has everything an approver needs', async () => {
    await expect(`${text(shownChange)}\n`).toMatchFileSnapshot(join('..', 'golden', 'change-shown.txt'));
  });

  it('is short without risks', async () => {
    await expect(`${text(quietChange)}\n`).toMatchFileSnapshot(
      join('..', 'golden', 'change-shown-quiet.txt'),
    );
  });

  it('shows values that look like secrets but are not: only references stand for secrets', () => {
    const change = { path: 'Token', before: 'sha256:aaa', after: 'sha256:bbb', replacement: 'no' } as const;
    const shown = text(withSteps([{ ...topic('A'), operation: 'update', changes: [change] }]));
    expect(shown).toContain('~ Token: "sha256:aaa" → "sha256:bbb"');
  });

  it("says which approvals are missing, and that the requester can't give them", () => {
    const [total, first, ...rest] = section({ ...shownChange, decisions: [] }, 'Approvals');
    expect(total).toContain('0 of 3 approvals; still needed: service-owner (1), change-authority (2)');
    expect(first).toContain('service-owner  0 of 1');
    expect(rest[0]).toContain('may still approve: sso/ben');
    expect(rest[0]).not.toContain('sso/ann');
  });

  it('says how to decide only while a decision is possible', () => {
    expect(section(shownChange, 'To decide')).toHaveLength(2);
    for (const status of ['Approved', 'Rejected', 'Expired', 'Closed'] as const)
      expect(section({ ...shownChange, change: { ...shownChange.change, status } }, 'To decide')).toEqual([]);
    const due = { ...shownChange.change, status: 'ReviewDue', reviewBy: now } as const;
    expect(section({ ...shownChange, change: due }, 'To decide')).toHaveLength(1);
  });
});

describe('the list of changes', () => {
  const update = (change: Omit<PropertyChange, 'replacement'>): CapsuleStep => ({
    ...topic('Old'),
    ...{ id: 'update:Old', operation: 'update', changes: [{ ...change, replacement: 'no' }] },
  });

  it('contains every property, however many are new', () => {
    const many = Array.from({ length: 30 }, (_, index) => ({
      ...topic(`T${index}`),
      desired: { DisplayName: `n${index}` },
    }));
    const change = { path: 'Size', before: '1', after: '2', replacement: 'yes' } as const;
    const old: CapsuleStep = { ...topic('Old'), id: 'update:Old', operation: 'update', changes: [change] };
    expect(section(withSteps([...many, old]), 'Changes')).toEqual([
      '   ~ Old  AWS::SNS::Topic',
      '       ~ Size: "1" → "2"  (forces replacement)',
      ...many.flatMap((_, index) => [
        `   + ${`T${index}`.padEnd(3)}  AWS::SNS::Topic`,
        `       + DisplayName: "n${index}"`,
      ]),
    ]);
  });

  it('compares whole values, and truncates them around the first difference', () => {
    const long = 'x'.repeat(5000);
    const [, line = ''] = section(
      withSteps([
        update({ path: 'Policy', before: `${long}10.0.0.0/8${long}`, after: `${long}0.0.0.0/0${long}` }),
      ]),
      'Changes',
    );
    expect(line).toContain('0.0.0.0/0');
    expect(line).toContain('10.0.0.0/8');
    expect(line).toMatch(/\([\d,]+ more characters\)/);
    expect(line).not.toContain('as what it refers to');
    expect(line.length).toBeLessThan(600);
  });

  it('says that the last update failed, and what the old values then are', () => {
    const [, ...lines] = section(
      withSteps([
        {
          ...topic('Old'),
          ...{ id: 'update:Old', operation: 'update' },
          changes: [
            { path: 'Size', before: 1, after: 2, replacement: 'no' },
            { path: 'LastUpdate', before: 'failed', after: 'done', replacement: 'no' },
          ],
        },
      ]),
      'Changes',
    );
    expect(lines).toEqual(['       ~ Size: 1 → 2', expect.stringMatching(/^ {7}! its last update failed: /)]);
  });

  it('shows added and removed list elements', () => {
    const rule = (cidr: string) => ({ CidrIp: cidr, Description: 'd'.repeat(100) });
    const before = Array.from({ length: 20 }, (_, index) => rule(`10.0.${index}.0/24`));
    const lines = section(
      withSteps([update({ path: 'Rules', before, after: [...before.slice(1), rule('0.0.0.0/0')] })]),
      'Changes',
    );
    expect(lines[1]).toBe('       ~ Rules: 20 → 20 elements');
    expect(lines[2]).toMatch(/^ {11}- .*10\.0\.0\.0\/24/);
    expect(lines[3]).toMatch(/^ {11}\+ .*0\.0\.0\.0\/0/);
    expect(lines).toHaveLength(4);
  });

  it('shows health checks, declarations of the Baton block, and the fate of the resource', () => {
    const step: CapsuleStep = {
      ...topic('A'),
      ...{
        deletionPolicy: 'Retain',
        health: [{ kind: 'http', url: 'https://evil.example/x', status: 200, timeoutSeconds: 600 }],
      },
      baton: { scaling: { max: 40 } },
      updatePolicy: { AutoScalingRollingUpdate: { MaxBatchSize: 2 } },
    };
    const lines = section(withSteps([step]), 'Changes').join('\n');
    for (const part of [
      'health check',
      'https://evil.example/x',
      'Baton.scaling: {"max":40}',
      'UpdatePolicy: {"AutoScalingRollingUpdate":{"MaxBatchSize":2}}',
      'DeletionPolicy: Retain',
    ])
      expect(lines).toContain(part);
  });

  it('shows which properties are kept from now on, no longer kept, or still kept as configured', () => {
    const owned = {
      ...update({ path: 'Owners', before: ['Old (r-1)'], after: ['DisplayName (r-2)'] }),
      kept: [
        { path: 'DisplayName', owner: 'configuration', requestId: 'r-2', manifest: 'a', value: 'b' },
        { path: 'Gone', owner: 'configuration', requestId: 'r-3' },
      ],
    } satisfies CapsuleStep;
    expect(section(withSteps([owned]), 'Changes').slice(1)).toEqual([
      '       · DisplayName (r-2): kept from now on by manifests that do not change it',
      '       · Old (r-1): no longer kept; the manifest decides it',
      '       · DisplayName stays "b", as r-2 configured it; the manifest says "a"',
      '       · Gone stays removed, as r-3 configured it; the manifest says nothing',
    ]);
  });

  it('shows what a verb does and may harm, what proves and verifies it, and why it needs no rollback', () => {
    const act: CapsuleStep = {
      ...topic('Api'),
      ...{ id: 'act:Api:restart', operation: 'act', nothingToUndo: 'the tasks are the same' },
      act: {
        ...{ verb: 'restart', harm: 'brief outage', precondition: 'the service exists' },
        ...{ witness: 'a request with the nonce', verification: 'the deployment is stable' },
        sends: { ForceNewDeployment: { ForceNewDeploymentNonce: '(made later)' } },
      },
    };
    const verify: CapsuleStep = {
      ...topic('Api'),
      ...{ id: 'verify:Api', operation: 'verify', bakeSeconds: 300 },
      health: [{ kind: 'property', path: 'A', equals: 1, timeoutSeconds: 600 }],
    };
    const lines = section(withSteps([act, verify]), 'Changes').join('\n');
    for (const part of [
      'sends: ForceNewDeployment: {"ForceNewDeploymentNonce":"(made later)"}',
      ...['verb: restart', 'harm: brief outage', 'precondition: the service exists'],
      ...['done if there is: a request with the nonce', 'verified by: the deployment is stable'],
      ...['undo: none: the tasks are the same', 'must hold for: 300 s', 'health check:'],
    ])
      expect(lines).toContain(part);
  });

  it('shows what a delete loses', () => {
    const step: CapsuleStep = { ...topic('A'), operation: 'delete', previous: { TopicName: 'orders' } };
    expect(section(withSteps([step]), 'Changes')).toContain('       - TopicName: "orders"');
  });
});

describe('the dependency tree', () => {
  const picture = (...steps: CapsuleStep[]) => section(withSteps(steps), 'What waits');

  it('is omitted without dependencies', () => {
    expect(picture(topic('A'), topic('B'))).toEqual([]);
  });

  it('has each resource once, under the last dependency to complete', () => {
    expect(picture(topic('A'), topic('B', ['A']), topic('C', ['A', 'B']), topic('D'))).toEqual([
      '  + A',
      '  └─ + B',
      '     └─ + C',
      '  + D',
    ]);
  });

  it('counts omitted branches and resources', () => {
    const many = Array.from({ length: 9 }, (_, index) => topic(`B${index}`, ['A']));
    expect(picture(topic('A'), ...many)).toEqual([
      ...['  + A', '  ├─ + B0', '  ├─ + B1', '  ├─ + B2', '  ├─ + B3', '  └─ and 5 more'],
      '  5 of 10 resources are not drawn',
    ]);
  });

  it('stays small and is fast for a plan of thousands of steps', () => {
    const chain = Array.from({ length: 3_000 }, (_, index) =>
      topic(`T${index}`, index === 0 ? [] : [`T${index - 1}`]),
    );
    const lines = picture(...chain.toReversed());
    expect(lines).toHaveLength(21);
    expect(lines.at(-1)).toBe('  2980 of 3000 resources are not drawn');
  });
});

describe('a list of changes', () => {
  it('is empty, or has one line for each change with the next action', () => {
    expect(changesText([], plain, now)).toEqual(['No changes.']);
    const { change } = shownChange;
    const ended = { ...change, changeId: 'CHG-b', status: 'Rejected', reason: 'not now' } as const;
    const due = {
      ...change,
      changeId: 'CHG-c',
      status: 'ReviewOverdue',
      reviewBy: '2026-11-20T10:00:00.000Z',
    } as const;
    const [, open, second, third, count] = changesText([change, ended, due], plain, now);
    expect(open).toMatch(
      /^CHG-req-1f0c9a52 +AwaitingApproval +high +normal +prod +checkout +sso\/ann .*expires in 3 days$/,
    );
    expect(second).toMatch(/Rejected .*not now$/);
    expect(third).toMatch(/review was due 24 h 0 min ago$/);
    expect(count).toContain('3 changes');
  });
});
