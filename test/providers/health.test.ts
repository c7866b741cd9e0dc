import { describe, expect, it } from 'vitest';
import type { HealthCheck } from '../../lib/model/request.ts';
import { contains } from '../../lib/providers/cloud-control.ts';
import { filled, isHealthy } from '../../lib/providers/health.ts';

const noAws = () => {
  throw new Error('not asked');
};
const property = (path: string, equals: string | number | boolean): HealthCheck => ({
  kind: 'property',
  path,
  equals,
  timeoutSeconds: 1,
});

describe('a health check of a property', () => {
  const live = {
    State: 'available',
    Count: 2,
    On: true,
    Inner: { Deep: { Value: 'x' } },
    Nothing: null,
    List: [{ Value: 'x' }],
  };
  const cases: [path: string, equals: string | number | boolean, healthy: boolean][] = [
    ['State', 'creating', false],
    ['Missing', 'x', false],
    ['Missing.Deeper', 'x', false],
    ['Nothing.Deeper', 'x', false],
    ['State.length', 9, false],
    ['List.1.Value', 'y', false],
    ['Count', '2', false],
    ['List.0.Value', 'x', true],
    ['State', 'available', true],
    ['Count', 2, true],
    ['On', true, true],
    ['Inner.Deep.Value', 'x', true],
  ];
  for (const [path, equals, healthy] of cases)
    it(`${path} = ${JSON.stringify(equals)}: ${healthy}`, async () =>
      expect(await isHealthy(property(path, equals), live, noAws)).toBe(healthy));
});

describe('a health check with names in it', () => {
  const check: HealthCheck = {
    kind: 'http',
    url: 'http://${A.Host}:${A.Port}/${B}',
    status: 200,
    timeoutSeconds: 5,
  };
  it('has them filled in, numbers too', () => {
    const values: Record<string, string | number> = { 'A.Host': 'h', 'A.Port': 80, B: 'b' };
    expect(filled(check, (name) => values[name])).toEqual({ ...check, url: 'http://h:80/b' });
  });
  it('keeps those that have no value yet, and is not healthy', async () => {
    const left = filled(check, () => undefined);
    expect(left).toEqual(check);
    expect(await isHealthy(left, {}, noAws)).toBe(false);
  });
});

describe('whether a resource is as wanted', () => {
  const cases: [
    what: string,
    live: Parameters<typeof contains>[0],
    wanted: Parameters<typeof contains>[1],
    is: boolean,
  ][] = [
    ['another value', { A: 1 }, { A: 2 }, false],
    ['a property it lacks', { A: 1 }, { B: 1 }, false],
    ['one inside that it lacks', { A: { B: 1 } }, { A: { C: 1 } }, false],
    ['a longer list', { A: [1] }, { A: [1, 2] }, false],
    ['nothing', undefined, {}, false],
    ['more than was wanted', { A: 1, B: 2 }, { A: 1 }, true],
    ['more inside', { A: { B: 1, C: 2 } }, { A: { B: 1 } }, true],
    ['the same in another order of keys', { A: [{ x: 1, y: 2 }] }, { A: [{ y: 2, x: 1 }] }, true],
  ];
  for (const [what, live, wanted, is] of cases)
    it(`${what}: ${is}`, () => expect(contains(live, wanted)).toBe(is));
});
