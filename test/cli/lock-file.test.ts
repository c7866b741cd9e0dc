import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { withLock } from '../../lib/cli/lock-file.ts';

describe('withLock', () => {
  let file: string;
  beforeEach(() => {
    file = join(mkdtempSync(join(tmpdir(), 'baton-lock-')), 'lock');
  });

  it('is released after work that fails', async () => {
    await expect(withLock(file, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(existsSync(file)).toBe(false);
  });

  it('takes over the lock of a dead process', async () => {
    writeFileSync(file, String(2 ** 22 + 1));
    expect(await withLock(file, async () => 'done')).toBe('done');
  });

  it('runs one task at a time', async () => {
    const seen: string[] = [];
    const work = (name: string) =>
      withLock(file, async () => {
        seen.push(`${name} begins`);
        await pause(20);
        seen.push(`${name} ends`);
      });
    await Promise.all([work('one'), work('two')]);
    expect(seen).toEqual(['one begins', 'one ends', 'two begins', 'two ends']);
  });
});
