import { describe, expect, test } from 'vitest';
import { availableActions } from '../../lib/model/request.ts';
import { verbs } from '../../lib/model/verbs/index.ts';
import { ensureTypes, typeLookup } from '../../lib/spec/index.ts';
import { nonceOf } from '../../lib/tasks/pump/trigger.ts';

const lookup = typeLookup(ensureTypes());

describe.each(verbs.map((verb) => [`${verb.name} of ${verb.type}`, verb] as const))('%s', (_name, verb) => {
  const spec = lookup(verb.type);

  test('is triggered by a property of the type that no read returns', () => {
    expect(Object.keys(spec?.properties ?? {})).toContain(verb.call.property);
    expect(spec?.writeOnly).toContain(verb.call.property);
  });

  test('sends a value that matches the schema of that property', () => {
    const value = verb.call.valueOf('nonce');
    const [kind] = spec?.properties[verb.call.property]?.types ?? [];
    const fields = kind?.kind === 'definition' ? spec?.definitions[kind.name]?.properties : {};
    expect(Object.keys(fields ?? {})).toEqual(expect.arrayContaining(Object.keys(value as object)));
    expect(JSON.stringify(value)).toContain('nonce');
  });

  test('is an available action, and has everything that an approver reads', () => {
    expect(availableActions).toContain(verb.action);
    for (const text of [verb.precondition.words, verb.witness, verb.verification.words, verb.inverse.because])
      expect(text).toMatch(/^\w.{20,}/);
  });

  test('has a time for its verification', () => expect(verb.verification.bakeSeconds).toBeGreaterThan(0));
});

test("a service with an external deployment controller can't be restarted", () => {
  const [restart] = verbs;
  expect(restart?.precondition.unmet({})).toBeUndefined();
  expect(restart?.precondition.unmet({ DeploymentController: { Type: 'ECS' } })).toBeUndefined();
  expect(restart?.precondition.unmet({ DeploymentController: { Type: 'CODE_DEPLOY' } })).toMatch(
    /CODE_DEPLOY/,
  );
});

test('a nonce is unique for each client token, and is valid for Amazon ECS', () => {
  expect(nonceOf('a')).toBe(nonceOf('a'));
  expect(nonceOf('a')).not.toBe(nonceOf('b'));
  expect(nonceOf('a')).toMatch(/^[0-9a-f]{32}$/);
});
