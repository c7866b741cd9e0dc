import { describe, expect, it } from 'vitest';
import { normalized, problemsIn } from './normalize-text.ts';

const document = (exceptions: string) => `baton: v1
environment: dev
service: shop
owner: team
reason: a test
exceptions:
${exceptions}
Resources:
  Queue: { Type: AWS::SQS::Queue }
`;
const good = '{ rule: R1, resource: Queue, reason: why, expires: 2027-03-31 }';

const problemsOf = (exceptions: string) => problemsIn(document(exceptions));

describe('rejects an exception in the header, with its line and the value found,', () => {
  const wrong: [string, string, string, RegExp][] = [
    ['without a reason', good.replace(', reason: why', ''), 'exceptions.1.reason', /it is missing/],
    ['without an expiry', good.replace(', expires: 2027-03-31', ''), 'exceptions.1.expires', /it is missing/],
    [
      'that ends on no day',
      good.replace('03-31', '02-30'),
      'exceptions.1.expires',
      /a day.*got "2027-02-30"/,
    ],
    ['for several rules', good.replace('R1', '"R*"'), 'exceptions.1.rule', /got "R\*"/],
    ['with an approver', good.replace('}', ', approver: me }'), 'exceptions.1', /approver/],
  ];
  for (const [what, exception, path, message] of wrong)
    it(what, () => {
      expect(problemsOf(`  - ${good}\n  - ${exception}`)).toMatchObject([
        { path, line: 8, message: expect.stringMatching(message) },
      ]);
    });

  it('if there are too many to review', () => {
    expect(problemsOf(`  - ${good}\n`.repeat(101))).toMatchObject([{ path: 'exceptions' }]);
  });
});

it('the header keeps exceptions as written', () => {
  expect(normalized(document(`  - ${good}`)).header.exceptions).toEqual([
    { rule: 'R1', resource: 'Queue', reason: 'why', expires: '2027-03-31' },
  ]);
});
