import { describe, expect, it } from 'vitest';
import { gather } from '../../lib/audit/bundle.ts';
import { evidenceOf } from '../../lib/audit/evidence.ts';
import { evidenceCsv, evidenceMarkdown } from '../../lib/audit/evidence-text.ts';
import type { Framework } from '../../lib/policy/frameworks.ts';
import { append, ChangeStory, emptySample, goodSample, linesOf, minute, seal } from './sample.ts';

const framework: Framework = {
  name: 'house',
  title: 'House rules, second edition',
  aliases: [],
  source: 'the house',
  controls: {
    'H-10': ['S3_BUCKET_LOGGING_ENABLED'],
    'H-2': ['RDS_STORAGE_ENCRYPTED', 'S3_BUCKET_VERSIONING_ENABLED'],
    'H-3': ['NEVER_HEARD_OF'],
  },
};

const evidence = async (range = {}, sample = goodSample()) =>
  evidenceOf(await gather(linesOf(sample)), framework, range);
const ruleOf = async (rule: string, ...more: Parameters<typeof evidence>) =>
  (await evidence(...more)).controls.flatMap(({ rules }) => rules).find((one) => one.rule === rule);

describe('evidence', () => {
  it('says so if the rules of a control evaluated nothing', async () => {
    const found = await evidence();
    expect(found.controls.find(({ control }) => control === 'H-3')).toMatchObject({
      judged: [],
      decided: [],
    });
    expect(evidenceMarkdown(found, 'x')).toContain('- H-3: NEVER_HEARD_OF');
  });

  it('is empty for a time without changes', async () => {
    const { changes, controls } = await evidence({ from: minute(100_000) });
    expect([changes, controls.flatMap(({ judged }) => judged)]).toEqual([0, []]);
  });

  it('lists controls by number', async () => {
    expect((await evidence()).controls.map(({ control }) => control)).toEqual(['H-2', 'H-3', 'H-10']);
  });

  it('names the changes that a rule evaluated, warned about or is pending for', async () => {
    expect(await ruleOf('S3_BUCKET_VERSIONING_ENABLED')).toMatchObject({
      judged: ['CHG-emergency', 'CHG-late', 'CHG-normal', 'CHG-standard', 'CHG-undone'],
      warned: ['CHG-normal'],
      denied: [],
    });
    expect(await ruleOf('RDS_STORAGE_ENCRYPTED')).toMatchObject({ pending: ['CHG-normal'] });
  });

  it('names exceptions once, with who approved them, why and until when', async () => {
    const { waived = [] } = (await ruleOf('S3_BUCKET_LOGGING_ENABLED')) ?? {};
    expect(waived).toMatchObject([
      {
        changeId: 'CHG-normal',
        waiver: { approver: 'CISO', expires: '2026-12-31', reason: expect.any(String) },
      },
    ]);
  });

  it('tells which changes people approved or reviewed', async () => {
    const found = (await evidence()).controls.find(({ control }) => control === 'H-2');
    expect(found?.decided).toEqual(['CHG-emergency', 'CHG-normal']);
  });

  it('includes denials before the change and immediately before a provider call', async () => {
    const sample = emptySample();
    const violations = [{ rule: 'RDS_STORAGE_ENCRYPTED', enforcement: 'enforce' }];
    new ChangeStory(sample, { changeId: 'CHG-1', from: 0, verdicts: { violations } }).open('deny');
    append(sample, 'CHAIN#CHANGE#CHG-2', {
      ...{ key: 'k', event: 'StepFailed', actor: 'baton', at: minute(1) },
      detail: {
        code: 'PolicyDenied',
        message: 'RDS_STORAGE_ENCRYPTED: No: it is not; S3_BUCKET_LOGGING_ENABLED: no',
      },
    });
    seal(sample, minute(2));
    expect((await ruleOf('RDS_STORAGE_ENCRYPTED', {}, sample))?.denied).toEqual(['CHG-1', 'CHG-2']);
    expect((await ruleOf('S3_BUCKET_LOGGING_ENABLED', {}, sample))?.denied).toEqual(['CHG-2']);
  });
});

describe('the report', () => {
  it('in Markdown matches the golden file', async () => {
    const text = evidenceMarkdown(await evidence({ from: minute(0), to: minute(500) }), 'as it was told');
    await expect(text).toMatchFileSnapshot('../golden/audit-report.md');
  });

  it('in CSV matches the golden file', async () => {
    await expect(evidenceCsv(await evidence())).toMatchFileSnapshot('../golden/audit-report.csv');
  });

  it('in CSV escapes formulas', () => {
    const waived = [
      {
        changeId: '=cmd|x',
        waiver: { rule: 'R', resource: 'A', reason: 'so, "so"', expires: 'x', source: 'request' as const },
      },
    ];
    const rules = [{ rule: '=R', judged: ['+1'], denied: [], warned: [], pending: [], waived }];
    const controls = [{ control: 'C', rules, judged: ['+1'], decided: [] }];
    const text = evidenceCsv({ framework, account: '1', region: 'r', controls, changes: 1 });
    expect(text.split('\r\n')[1]).toBe(
      `house,C,'=R,1,0,0,0,1,0,'+1,,,"'=cmd|x: R on A, agreed by whoever approved the change until x: so, ""so"""`,
    );
  });
});
