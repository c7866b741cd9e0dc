import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../lib/model/json.ts';
import { holdsSecret, withheld, withoutSecrets } from '../../../lib/tasks/pump/secrecy.ts';

const secret = '{{resolve:secretsmanager:db:SecretString:password}}';
const hash = expect.stringMatching(/^sha256:[0-9a-f]{64}$/);

describe('live properties in storage', () => {
  const cases: [what: string, live: JsonObject, sensitive: string[], sent: JsonObject, kept: JsonObject][] = [
    ['no secret', { A: 'a', N: 1 }, [], { A: 'a' }, { A: 'a', N: 1 }],
    ['a sensitive property', { A: 'a', B: 'b' }, ['A'], {}, { A: hash, B: 'b' }],
    ['a nested sensitive property', { A: { B: 'b', C: 'c' } }, ['A.B'], {}, { A: { B: hash, C: 'c' } }],
    [
      'a sensitive property in each element',
      { A: [{ B: 'b' }, { C: 'c' }] },
      ['A.*.B'],
      {},
      { A: [{ B: hash }, { C: 'c' }] },
    ],
    [
      'a sensitive property in each value of a map',
      { A: { x: { B: 'b' } } },
      ['A.*.B'],
      {},
      { A: { x: { B: hash } } },
    ],
    ['every text in a sensitive object', { A: { B: ['b', 1] } }, ['A'], {}, { A: { B: [hash, 1] } }],
    ['an absent sensitive property', { B: 'b' }, ['A', 'A.B'], {}, { B: 'b' }],
    [
      'a property that was sent with a secret',
      { A: 'p', B: 'b' },
      [],
      { A: secret, B: 'b' },
      { A: hash, B: 'b' },
    ],
    ['a text around a secret', { Url: 'db://p@h' }, [], { Url: `db://${secret}@h` }, { Url: hash }],
    ['a function of a secret', { Data: 'cA==' }, [], { Data: { 'Fn::Base64': secret } }, { Data: hash }],
    [
      'a list in another order: all of it',
      {
        Env: [
          { N: 'b', V: 'p' },
          { N: 'a', V: '1' },
        ],
      },
      [],
      {
        Env: [
          { N: 'a', V: '1' },
          { N: 'b', V: secret },
        ],
      },
      {
        Env: [
          { N: hash, V: hash },
          { N: hash, V: hash },
        ],
      },
    ],
    ['a plain parameter', { A: 'a' }, [], { A: '{{resolve:ssm:name}}' }, { A: 'a' }],
    ['a secure parameter', { A: 'a' }, [], { A: '{{resolve:ssm-secure:name}}' }, { A: hash }],
  ];
  for (const [what, live, sensitive, sent, kept] of cases)
    it(what, () => expect(withoutSecrets(live, sensitive, sent)).toEqual(kept));

  it('contain the same hash for the same value, so that changes are visible without the value', () => {
    const of = (value: string) => withoutSecrets({ A: value }, ['A'], undefined).A;
    expect(of('one')).toBe(of('one'));
    expect(of('one')).not.toBe(of('two'));
  });
});

describe('an error message of a provider', () => {
  const problem = { code: 'InvalidRequest', message: 'Value hunter2 is too short' };
  it('is kept if no secret was sent', () => {
    expect(withheld({ index: 0, status: 'InFlight', applied: { A: 'a' } }, problem)).toEqual(problem);
  });
  it('is withheld if a secret was sent, and says where to read it', () => {
    const record = {
      index: 0,
      status: 'InFlight',
      applied: { A: { B: secret } },
      operationToken: 'token-1',
    } as const;
    const kept = withheld(record, problem);
    expect(kept.code).toBe('InvalidRequest');
    expect(kept.message).not.toContain('hunter2');
    expect(kept.message).toContain('token-1');
  });
  it('is withheld for a secret at any depth', () => {
    expect(holdsSecret({ A: [{ B: `x${secret}` }] })).toBe(true);
    expect(holdsSecret({ A: [null, 1, 'x'] })).toBe(false);
  });
});
