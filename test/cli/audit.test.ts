import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { canonicalJson } from '../../lib/model/json.ts';
import { emptySample, goodSample, keyPair, linesOf, otherKeyPair, type Sample } from '../audit/sample.ts';
import { baton } from './support.ts';

const folder = mkdtempSync(join(tmpdir(), 'baton-audit-'));
afterAll(() => rmSync(folder, { recursive: true }));

const textOf = (sample: Sample) =>
  linesOf(sample)
    .map((line) => `${canonicalJson(line)}\n`)
    .join('');
function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}
const pem = ({ publicKey }: typeof keyPair) => publicKey.export({ format: 'pem', type: 'spki' }).toString();
const key = file('key.pem', pem(keyPair));
const otherKey = file('other.pem', pem(otherKeyPair));
const good = file('good.jsonl', textOf(goodSample()));

describe('baton audit verify', () => {
  it('reports that a bundle is valid, and up to when', async () => {
    const { status, stdout } = await baton(['audit', 'verify', good, '--key', key]);
    expect(status).toBe(0);
    await expect(`${stdout}\n`).toMatchFileSnapshot('../golden/audit-holds.txt');
  });

  it('reads compressed bundles, and accepts several keys', async () => {
    const packed = file('good.jsonl.gz', gzipSync(textOf(goodSample())));
    expect((await baton(['audit', 'verify', packed, '--key', otherKey, '--key', key])).status).toBe(0);
  });

  it('names the first break, and lists the others', async () => {
    const sample = goodSample();
    const entry = sample.chains
      .get('CHAIN#CHANGE#CHG-normal')
      ?.find(({ event }) => event === 'DecisionRecorded');
    if (entry !== undefined) entry.actor = 'sso/mallory';
    sample.decisions.pop();
    const { status, stdout } = await baton([
      'audit',
      'verify',
      file('bad.jsonl', textOf(sample)),
      '--key',
      key,
    ]);
    expect(status).toBe(2);
    await expect(`${stdout}\n`).toMatchFileSnapshot('../golden/audit-broken.txt');
  });

  it('prints one JSON document', async () => {
    const { status, stdout } = await baton(['audit', 'verify', good, '--key', otherKey, '--json']);
    expect(status).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({
      seals: 3,
      findings: [{ check: 'SealSignature', entry: 1 }, {}, {}],
    });
  });

  const refused: Record<string, [line: string[], complaint: RegExp]> = {
    'without a key': [['verify', good], /--key is missing/],
    'with a missing key': [['verify', good, '--key', 'nowhere.pem'], /there is no such file/],
    'with an invalid key': [['verify', good, '--key', good], /no public key in PEM form/],
    'a missing bundle': [['verify', 'nowhere.jsonl', '--key', key], /There is no file nowhere.jsonl/],
    'a file that is not a bundle': [['verify', key, '--key', key], /can't be read after line 1/],
    'a truncated bundle': [
      ['verify', file('cut.jsonl.gz', gzipSync(textOf(goodSample())).subarray(0, 900)), '--key', key],
      /can't be read/,
    ],
    'a report without a framework': [['report', '--bundle', good], /--framework is missing/],
    'a report on an unknown framework': [
      ['report', '--bundle', good, '--framework', 'hippa'],
      /hipaa-security/,
    ],
    'an invalid time': [
      ['export', '--out', 'x', '--from', 'yesterday'],
      /--from is "yesterday"; expected a day/,
    ],
    'a time range that ends before it starts': [
      ['export', '--out', 'x', '--from', '2026-02-01', '--to', '2026-01-01'],
      /is not before/,
    ],
    'an export without a target': [['export'], /--out is missing/],
  };
  for (const [what, [line, complaint]] of Object.entries(refused))
    it(`rejects ${what}`, async () => {
      const { status, stderr } = await baton(['audit', ...line]);
      expect(stderr).toMatch(complaint);
      expect(status).toBe(2);
    });
});

describe('baton audit report', () => {
  it('reads a bundle, and verifies it if a key is given', async () => {
    const line = ['audit', 'report', '--framework', 'hipaa', '--bundle', good];
    const plain = await baton(line);
    expect(plain.stdout).toContain('# Evidence for HIPAA Security Rule');
    expect(plain.stdout).toContain('not verified');
    const { status, stdout } = await baton([
      ...line,
      '--key',
      key,
      '--from',
      '2026-01-01',
      '--to',
      '2026-01-01',
    ]);
    expect(status).toBe(0);
    expect(stdout).toContain('sealed up to seal 3 of 2026-01-01T03:20:00.000Z, verified');
    expect(stdout).toContain('| 164.308(a)(7)(i) |');
  });

  it('reports an invalid bundle, and fails', async () => {
    const sample = { ...goodSample(), seals: emptySample().seals };
    const bad = file('unsealed.jsonl', textOf(sample));
    const line = [
      'audit',
      'report',
      '--framework',
      'hipaa',
      '--bundle',
      bad,
      '--key',
      key,
      '--format',
      'csv',
    ];
    const { status, stdout, stderr } = await baton(line);
    expect(status).toBe(2);
    expect(stdout).toMatch(/^framework,control,rule,/);
    expect(stderr).toContain('the trail does not hold');
  });
});
