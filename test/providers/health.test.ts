import { describe, expect, it } from 'vitest';
import type { HealthCheck } from '../../lib/model/request.ts';
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

describe('a health check with placeholders', () => {
  const check: HealthCheck = {
    kind: 'http',
    url: 'http://${A.Host}:${A.Port}/${B}',
    status: 200,
    timeoutSeconds: 5,
  };
  it('has them replaced, including numbers', () => {
    const values: Record<string, string | number> = { 'A.Host': 'h', 'A.Port': 80, B: 'b' };
    expect(filled(check, (name) => values[name])).toEqual({ ...check, url: 'http://h:80/b' });
  });
  it('keeps those without a value, and is not healthy', async () => {
    const left = filled(check, () => undefined);
    expect(left).toEqual(check);
    expect(await isHealthy(left, {}, noAws)).toBe(false);
  });
});
