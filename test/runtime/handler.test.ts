import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import * as z from 'zod/mini';
import { handle } from '../../lib/runtime/handler.ts';
import { taskNames } from '../../statemachines/parts.ts';

const context = {
  awsRequestId: '7d1f',
  invokedFunctionArn: 'arn:aws:lambda:eu-west-1:222222222222:function:baton-perform',
  getRemainingTimeInMillis: () => 30_000,
};
const schema = z.object({ runId: z.string() });
const lines: Record<string, unknown>[] = [];

beforeEach(() => {
  lines.length = 0;
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => lines.push(JSON.parse(String(text))) > 0);
});
afterEach(() => {
  vi.restoreAllMocks();
});

describe('a handler', () => {
  test('rethrows an error unchanged, and logs its name', async () => {
    const fenced = Object.assign(new Error('a value'), { name: 'RunFenced' });
    const handler = handle('perform', schema, async () => Promise.reject(fenced));
    await expect(handler({ runId: 'r' }, context)).rejects.toBe(fenced);
    expect(lines).toMatchObject([{ outcome: 'error', error: 'RunFenced', runId: 'r' }]);
    expect(JSON.stringify(lines)).not.toContain('a value');
  });

  const refused: [what: string, schema: z.core.$ZodType, event: unknown, message: string][] = [
    [
      'a field of another type',
      schema,
      { runId: 5 },
      'runId: Invalid input: expected string, received number.',
    ],
    ['no object', schema, 'hunter2', 'schema: Invalid input: expected object, received string.'],
    [
      'several invalid fields',
      z.object({ a: z.string(), b: z.object({ c: z.int() }) }),
      { b: { c: 'hunter2' } },
      'a: Invalid input: expected string, received undefined; b.c: Invalid input: expected number, received string.',
    ],
    [
      'neither of two alternatives, by the closer one',
      z.union([z.object({ a: z.string(), b: z.string(), d: z.string() }), z.object({ c: z.int() })]),
      { a: 'hunter2', c: 'hunter2' },
      'schema: c: Invalid input: expected number, received string.',
    ],
  ];
  for (const [what, form, event, message] of refused)
    test(`reports the expected format of an invalid input and does no work: ${what}`, async () => {
      const work = vi.fn(async () => 1);
      const error = await handle('perform', form, work)(event, context).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ name: 'InputRefused', message: expect.stringContaining(message) });
      expect(String(error)).not.toContain('hunter2');
      expect(work).not.toHaveBeenCalled();
      expect(lines).toMatchObject([{ outcome: 'error', error: 'InputRefused', function: 'perform' }]);
    });

  test('calls its function with the parsed input and its context, and returns the result', async () => {
    const handler = handle('perform', schema, async (input, home) => ({ input, home }));
    expect(await handler({ runId: 'r', more: 1 }, context)).toEqual({
      input: { runId: 'r' },
      home: { account: '222222222222', region: 'eu-west-1' },
    });
  });

  test('logs one line for each invocation, the first as a cold start, with its counts', async () => {
    const handler = handle(
      'perform',
      schema,
      async () => ({ denied: 3 }),
      ({ denied }, { runId }) => ({ CallsDenied: denied, PumpLag: runId.length }),
    );
    await handler({ runId: 'ab' }, context);
    await handler({ runId: 'ab' }, context);
    expect(lines).toMatchObject([
      { coldStart: true, outcome: 'ok', CallsDenied: 3, PumpLag: 2, Errors: 0 },
      { coldStart: false },
    ]);
  });
});

describe('a handler near its deadline', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('logs its ids a second before Lambda ends it', async () => {
    const hung = handle('perform', schema, () => new Promise<never>(() => {}));
    void hung({ runId: 'r', secret: 'hunter2' }, context);
    await vi.advanceTimersByTimeAsync(28_999);
    expect(lines).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(lines).toEqual([
      {
        level: 'WARN',
        function: 'perform',
        awsRequestId: '7d1f',
        coldStart: true,
        outcome: 'deadline',
        runId: 'r',
      },
    ]);
  });

  for (const [how, work] of Object.entries({
    'that ended': async (): Promise<number> => 1,
    'that failed': async (): Promise<number> => Promise.reject(new Error()),
  }))
    test(`logs nothing more if it is one ${how}, and leaves no timer`, async () => {
      await handle('perform', schema, work)({ runId: 'r' }, context).catch(() => {});
      expect(vi.getTimerCount()).toBe(0);
      await vi.advanceTimersByTimeAsync(60_000);
      expect(lines).toHaveLength(1);
    });
});

describe('every file in lambdas', () => {
  const folder = join(import.meta.dirname, '..', '..', 'lambdas');
  for (const name of taskNames)
    test(`${name} is created by handle, under its own name, and prints nothing itself`, () => {
      const text = readFileSync(join(folder, `${name}.ts`), 'utf8');
      expect(/export const handler = handle\(\s*'([\w-]+)'/.exec(text)?.[1]).toBe(name);
      expect(text).not.toMatch(/console\.|process\./);
    });

  test('is a task', () => {
    expect(readdirSync(folder).map((file) => file.replace('.ts', ''))).toEqual([...taskNames].sort());
  });
});
