import { describe, expect, it } from 'vitest';
import { verdictsText } from '../../lib/cli/verdicts-text.ts';
import type { Verdicts, Violation, Waiver } from '../../lib/model/policy.ts';

const plain = (_tone: string, text: string) => text;
const violation: Violation = {
  rule: 'R1',
  severity: 'high',
  enforcement: 'enforce',
  resource: 'Uploads',
  path: 'Properties.BucketName',
  message: 'Buckets must be named',
};
const waiver: Waiver = {
  rule: 'R1',
  resource: '*',
  reason: 'SEC-1',
  approver: 'security',
  expires: '2027-03-31',
  source: 'settings',
};
const verdicts: Verdicts = {
  decision: 'allow',
  bundleHash: 'h',
  violations: [],
  pending: [],
  waived: [],
  suppressed: [],
  judged: 7,
};
const text = (change: Partial<Verdicts>) => verdictsText({ ...verdicts, ...change }, plain);

describe('the text of verdicts', () => {
  it('shows denials before warnings', () => {
    const warning = { ...violation, rule: 'R0', enforcement: 'warn' as const };
    const lines = text({ decision: 'deny', violations: [warning, violation] });
    expect(lines[0]).toBe('Policy: denied (7 verdicts, 1 violation, 1 warning)');
    expect(lines.filter((line) => /R\d/.test(line))).toEqual([
      '   ✗ R1 (high)  Uploads.Properties.BucketName',
      '   ! R0 (high)  Uploads.Properties.BucketName',
    ]);
  });

  it('says that rules on warn would have stopped the request', () => {
    const lines = text({ violations: [{ ...violation, enforcement: 'warn' }] });
    expect(lines.at(-1)).toMatch(/enforced, they would have stopped this/);
    expect(text({}).join('\n')).not.toMatch(/stopped/);
  });

  it('names each waiver with its resources, its expiry, and who approved it', () => {
    const waived = ['A', 'B', 'C', 'D', 'E', 'F'].map((resource) => ({ ...violation, resource, waiver }));
    expect(text({ waived })).toEqual([
      'Policy: allowed (7 verdicts, 6 excused by waivers)',
      '   ~ R1  A, B, C, D, E and 1 more: excused until 2027-03-31, agreed by security',
      '     SEC-1',
    ]);
    const asked: Waiver = { ...waiver, source: 'request', approver: undefined };
    expect(text({ waived: [{ ...violation, waiver: asked }] })[1]).toMatch(/asked for by the request$/);
  });

  it('offers suppressions in metadata as exceptions if they are denied', () => {
    const suppressed = [
      { rule: 'R1', resource: 'Uploads', path: 'Properties.BucketName', reason: 'it is "old"' },
      { rule: 'R1', resource: 'Uploads', path: 'Properties.Tags' },
      { rule: 'R2', resource: 'Uploads', path: '' },
    ];
    const lines = text({ decision: 'deny', violations: [violation], suppressed });
    expect(lines.slice(-2)).toEqual([
      '   exceptions:',
      '     - { rule: R1, resource: Uploads, reason: "it is \\"old\\"", expires: YYYY-MM-DD }',
    ]);
    expect(text({ violations: [violation], suppressed }).join('\n')).not.toMatch(/exceptions/);
  });
});
