import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { BatonError, PermanentError, permanentErrors } from '../../lib/model/errors.ts';
import { machines, type State } from './rendered-machines.ts';

const lib = join(import.meta.dirname, '..', '..', 'lib');
/** Folders whose code no task runs. */
const outside = /^(cli|client|infra|local)\//;

type ErrorClass = typeof BatonError;

/** All error classes that a task may throw, found by their declarations. */
const classes: ErrorClass[] = (
  await Promise.all(
    readdirSync(lib, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !outside.test(file))
      .filter((file) =>
        /class \w+ extends \w+(Error|Input|Bundle|Usable)\b/.test(readFileSync(join(lib, file), 'utf8')),
      )
      .map((file) => import(join(lib, file)) as Promise<Record<string, unknown>>),
  )
).flatMap((module) =>
  Object.values(module).filter(
    (value): value is ErrorClass => typeof value === 'function' && value.prototype instanceof BatonError,
  ),
);
const isPermanent = ({ prototype }: ErrorClass) => prototype instanceof PermanentError;
const concrete = [...new Set(classes)].filter(({ name }) => name !== 'PermanentError');

/** Returns how often a state retries an error by its name. The first retrier that matches applies. */
function retriesOf({ Retry = [] }: State, error: string): number {
  const retrier = Retry.find(({ ErrorEquals }) =>
    ErrorEquals.some((one) => one === error || one === 'States.ALL'),
  );
  return retrier === undefined ? 0 : (retrier.MaxAttempts ?? 3);
}

const lambdaTasks = [...machines].flatMap(([machine, states]) =>
  states
    .filter(([, { Type, Resource = '' }]) => Type === 'Task' && Resource.includes(':lambda:'))
    .map(([name, state]) => [`${machine} ${name}`, state] as const),
);

test('the list contains every permanent error class and no other names', () => {
  expect(
    concrete
      .filter(isPermanent)
      .map(({ name }) => name)
      .sort(),
  ).toEqual([...permanentErrors].sort());
  expect(concrete.length).toBeGreaterThan(20);
});

describe('each task', () => {
  for (const [name, state] of lambdaTasks)
    test(`${name} retries every error except permanent ones`, () => {
      const wrong = concrete.filter((one) => isPermanent(one) !== (retriesOf(state, one.name) === 0));
      expect(wrong.map((one) => one.name)).toEqual([]);
    });
});
