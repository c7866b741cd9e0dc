import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { judgeFile } from './asl.ts';

const OWN = fileURLToPath(new URL('./cases/asl.json', import.meta.url));
const RECORDED = fileURLToPath(new URL('../../../shared/data/asl-cases.json', import.meta.url));

async function held(file: string, withHistory: boolean) {
  const verdicts = await judgeFile(file, withHistory);
  const wrong = verdicts.filter(({ difference }) => difference !== undefined);
  return { wrong, of: verdicts.length, count: verdicts.length - wrong.length };
}

it.each([false, true])('our own cases pass (compared with history: %s)', async (withHistory) => {
  expect((await held(OWN, withHistory)).wrong).toEqual([]);
});

describe.skipIf(!existsSync(RECORDED))('executions recorded from AWS', () => {
  it('end with the same status, output, error and cause', async () => {
    expect((await held(RECORDED, false)).wrong).toEqual([]);
  });

  it('have the same histories, except those whose recording masks a value without saying so', async () => {
    const { count, of } = await held(RECORDED, true);
    expect(count).toBeGreaterThanOrEqual(of - 2);
  });
});
