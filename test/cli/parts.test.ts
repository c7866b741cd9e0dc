import { describe, expect, it } from 'vitest';
import { Faults } from '../../lib/cli/faults.ts';
import { heldBy } from '../../lib/cli/local-request.ts';
import { overrideHeader } from '../../lib/cli/override-header.ts';
import { serviceOf } from '../../lib/cli/request-files.ts';
import { duration, painter, table, width } from '../../lib/cli/style.ts';
import { clockTime } from '../../lib/cli/transitions.ts';
import { InvalidInput } from '../../lib/model/errors.ts';
import type { Step } from '../../lib/model/plan.ts';
import { headerSchema } from '../../lib/model/request.ts';
import { runIdOf } from '../../lib/tasks/apply/begin-run.ts';
import { clientTokenOf } from '../../lib/tasks/pump/client-token.ts';

describe('overrideHeader', () => {
  const manifest =
    'baton: v1\nenvironment: prod # for now\nservice: "shop"\nResources:\n  A: { Type: !Odd x }\n';

  it('leaves a template unchanged, so that the event carries the header', () => {
    const text = 'Resources: {}\n';
    expect(overrideHeader(text, { owner: 'me' })).toEqual({ text, rest: { owner: 'me' } });
  });

  it('leaves unreadable text unchanged', () => {
    for (const text of ['', '{', '- a', ': :'])
      expect(overrideHeader(text, { owner: 'me' })).toEqual({ text, rest: { owner: 'me' } });
  });

  it('replaces the values in place and keeps every other character', () => {
    expect(overrideHeader(manifest, { environment: 'dev', service: 'x', owner: 'me' })).toEqual({
      text: manifest.replace('prod', '"dev"').replace('"shop"', '"x"'),
      rest: { owner: 'me' },
    });
  });

  it('does the same in JSON', () => {
    const { text } = overrideHeader('{"baton": "v1", "environment": "prod"}', { environment: 'dev' });
    expect(text).toBe('{"baton": "v1", "environment": "dev"}');
  });
});

describe('serviceOf', () => {
  const cases: [file: string, files: string[], service: string][] = [
    ['web-app.yaml', [], 'web-app'],
    ['some/dir/My Template.v2.json', [], 'My-Template-v2'],
    ['ECS__Fargate__vpc.yaml', [], 'ECS-Fargate-vpc'],
    ['3-tier.yaml', [], 'tier'],
    ['---.yaml', [], 'service'],
    ['a/stack.yaml', ['a/stack.yaml', 'a/stack.yaml'], 'stack'],
    ['a/stack.yaml', ['a/stack.yaml', 'b/stack.yaml'], 'a-stack'],
    [`${'x'.repeat(90)}.yaml`, [], 'x'.repeat(63)],
  ];
  for (const [file, files, service] of cases)
    it(`${file} is ${service}`, () => {
      expect(serviceOf(file, files.length > 0 ? files : [file])).toBe(service);
      expect(headerSchema.shape.service.safeParse(service).success).toBe(true);
    });
});

describe('heldBy', () => {
  it('names every invalid reference', () => {
    expect(() => heldBy({ password: 'x', '{{resolve:kms:x}}': 'y' })).toThrow(InvalidInput);
  });

  it('collects the keys of a secret, and keeps parameters separate', () => {
    expect(
      heldBy({
        '{{resolve:secretsmanager:baton/db:SecretString:user}}': 'u',
        '{{resolve:secretsmanager:baton/db:SecretString:password}}': 'p',
        '{{resolve:secretsmanager:baton/token}}': 't',
        '{{resolve:ssm-secure:/key:1}}': 'k',
      }),
    ).toEqual({
      secrets: { 'baton/db': '{"user":"u","password":"p"}', 'baton/token': 't' },
      ssm: { '/key': 'k' },
    });
  });
});

describe('Faults', () => {
  const plan = { hash: 'a'.repeat(64), steps: ['Vpc', 'Database'].map((resource) => ({ resource }) as Step) };
  const tokenOf = (index: number, failures: number) => ({
    clientToken: clientTokenOf(runIdOf('req-1', plan.hash, 'forward'), index, failures),
  });

  it('fail nothing before they have the plan, no other resource, and no rollback', () => {
    const faults = new Faults([{ resource: 'Database', times: 1 }]);
    expect(faults.faultFor(tokenOf(1, 0))).toBeUndefined();
    faults.expect('req-1', plan);
    expect(faults.faultFor(tokenOf(0, 0))).toBeUndefined();
    const undo = clientTokenOf(runIdOf('req-1', plan.hash, 'undo'), 1, 0);
    expect(faults.faultFor({ clientToken: undo })).toBeUndefined();
  });

  it('fail the resource as often as requested, attempt by attempt', () => {
    const faults = new Faults([{ resource: 'Database', times: 2 }]);
    faults.expect('req-1', plan);
    const failed = [0, 1, 2].map((failures) => faults.faultFor(tokenOf(1, failures)) !== undefined);
    expect(failed).toEqual([true, true, false]);
  });
});

describe('text helpers', () => {
  it('format durations', () => {
    const cases: [number, string][] = [
      [0.25, '250 ms'],
      [12.34, '12.3 s'],
      [59.97, '1 min 0 s'],
      [612, '10 min 12 s'],
      [3599.6, '1 h 0 min'],
      [7140, '1 h 59 min'],
    ];
    for (const [seconds, text] of cases) expect(duration(seconds)).toBe(text);
  });

  it('format times of a run as on a clock', () => {
    expect([0, 59.9, 451, 3723].map((seconds) => clockTime(seconds).trim())).toEqual([
      '0:00',
      '0:59',
      '7:31',
      '1:02:03',
    ]);
  });

  it('align columns by visible width', () => {
    const paint = painter({ color: true });
    const rows = table(
      [
        [paint('bad', 'no'), 'x'],
        ['maybe', 'y'],
      ],
      '',
    );
    expect(rows.map(width)).toEqual([8, 8]);
    expect(painter({ color: false })('bad', 'no')).toBe('no');
  });
});
