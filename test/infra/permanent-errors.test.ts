import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { BatonError, PermanentError, permanentErrors } from '../../lib/model/errors.ts';
import { machines, type State } from './rendered-machines.ts';

const root = join(import.meta.dirname, '..', '..');
const lib = join(root, 'lib');
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

/** Where an error of a task leads: the next state of its first catcher that matches, or undefined if it has none. */
function nextAfter({ Catch = [] }: State, error: string): string | undefined {
  return Catch.find(({ ErrorEquals }) => ErrorEquals.some((one) => one === error || one === 'States.ALL'))
    ?.Next;
}

/** The state that follows an error after all retries. Tasks that are not here have no catcher. */
const intended: Record<string, { errors: string; timeout?: string }> = {
  ...Object.fromEntries(
    [
      ...['Admit', 'PlanChange', 'EvaluatePolicy', 'OpenChange', 'CountDecisions', 'FindWindow', 'LockScope'],
      ...['Revalidate', 'PlanUndo', 'CloseChange', 'SettleRun'],
    ].map((name) => [`govern-request ${name}`, { errors: 'SettleRequest' }]),
  ),
  // A failed rehearsal only requires more approvals.
  'govern-request Rehearse': { errors: 'OpenChange' },
  // These two wait for their timeout: it is no failure.
  'govern-request AwaitApproval': { errors: 'SettleRequest', timeout: 'CountDecisions' },
  'govern-request AwaitWindow': { errors: 'SettleRequest', timeout: 'FindWindow' },
  'govern-request ApplyPlan': { errors: 'SettleRun' },
  'govern-request UndoPlan': { errors: 'SettleUndo' },
  'apply-plan Perform': { errors: 'RecordFailure' },
  'apply-plan RegisterAsset': { errors: 'RecordFailure' },
  'apply-plan RecordFailure': { errors: 'Noted' },
  // A request that fails or takes too long is an outcome, which is read back.
  'scale-asset RequestCapacity': { errors: 'VerifyCapacity' },
  'settle-run Settle': { errors: 'LeftForTheSweep' },
  'settle-run RepeatCalls': { errors: 'LeftForTheSweep' },
};

const page = readFileSync(join(root, 'docs', 'architecture.md'), 'utf8');
/** The tasks whose errors end their execution, as documented: `MACHINE STATE`. */
const ending = [...page.matchAll(/^\| `([a-z-]+)` \| `(\w+)` \| .*\. \|$/gm)].map(
  ([, machine, state]) => `${machine} ${state}`,
);

const tasks = [...machines].flatMap(([machine, states]) =>
  states
    .filter(([, { Type }]) => Type === 'Task')
    .map(([name, state]) => [`${machine} ${name}`, state] as const),
);
const taskErrors = [...concrete.map(({ name }) => name), 'States.TaskFailed', 'Lambda.Unknown'];

describe('an error of a task', () => {
  for (const [name, state] of tasks)
    test(`${name}: leads to the intended state, or is documented to end the execution`, () => {
      const { errors, timeout = errors } = intended[name] ?? {};
      const wrong = taskErrors.filter((error) => nextAfter(state, error) !== errors);
      expect(wrong, `errors of ${name} that do not lead to ${errors}`).toEqual([]);
      expect(nextAfter(state, 'States.Timeout')).toBe(timeout);
      expect(
        ending.includes(name),
        `docs/architecture.md says that errors of ${name} end the execution`,
      ).toBe(errors === undefined);
    });

  test('is documented and intended only for tasks that exist', () => {
    const names: string[] = tasks.map(([name]) => name);
    expect([...Object.keys(intended), ...ending].filter((name) => !names.includes(name))).toEqual([]);
  });
});

describe('no state names', () => {
  const states = [...machines.values()].flat();
  /** Errors of Step Functions and of its integrations, which no class has. */
  const ofServices = /^(States\.(ALL|Timeout)|Lambda\.\w+Exception|StepFunctions\.\w+)$/;

  test('an error that no class has, in a Retry or Catch', () => {
    const known = concrete.map(({ name }) => name);
    const named = states.flatMap(([, { Retry = [], Catch = [] }]) =>
      [...Retry, ...Catch].flatMap(({ ErrorEquals }) => ErrorEquals),
    );
    expect(named.length).toBeGreaterThan(50);
    const wrong = named.filter((name) => !known.includes(name as never) && !ofServices.test(name));
    expect([...new Set(wrong)]).toEqual([]);
  });

  test('a word that no task answers, in a Choice', () => {
    const answering = readdirSync(lib, { recursive: true, encoding: 'utf8' })
      .filter((file) => /^(tasks|model|ledger|change)\/.*\.ts$/.test(file))
      .map((file) => readFileSync(join(lib, file), 'utf8'))
      .join('\n');
    const words = states
      .flatMap(([, { Choices = [] }]) => Choices.map(({ Condition = '' }) => Condition))
      .flatMap((condition) => [...condition.matchAll(/'(\w+)'/g)].map(([, word]) => word));
    expect(words.length).toBeGreaterThan(10);
    expect(words.filter((word) => !answering.includes(`'${word}'`))).toEqual([]);
  });
});
