import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { capsuleStepOf } from '../../lib/change/capsule.ts';
import { diffText } from '../../lib/cli/capsule-text-diff.ts';
import { main } from '../../lib/cli/main.ts';
import { onScreen, painter } from '../../lib/cli/style.ts';
import { planForm } from '../../lib/client/requests/request-report.ts';
import { canonicalJson, type JsonObject, type JsonValue } from '../../lib/model/json.ts';
import type { HashedPlan, Step } from '../../lib/model/plan.ts';
import { memoryTerminal } from '../cli/support.ts';

/** An attacker hides from the approver what is approved. */
const plain = (_tone: string, text: string) => text;
const step = (more: Partial<Step>): Step => ({
  ...{ id: 'create:A', resource: 'A', type: 'AWS::SNS::Topic', operation: 'create', dependsOn: [] },
  ...{ deletionPolicy: 'Delete', updateReplacePolicy: 'Delete', relationships: [], holdsData: false },
  inverse: { operation: 'delete' },
  ...more,
});
const shown = (steps: Step[], detail = false) => diffText(steps.map(capsuleStepOf), plain, detail).join('\n');
const update = (path: string, before: JsonValue, after: JsonValue): Step =>
  step({ id: 'update:A', operation: 'update', changes: [{ path, before, after, replacement: 'no' }] });

describe('the capsule text shows approvers', () => {
  const far = 'a'.repeat(3000);
  const rows: Record<string, [steps: Step[], seen: string]> = {
    'a difference far beyond the end of a line': [[update('P', `${far}closed`, `${far}open`)], 'open'],
    'a difference before a long equal part': [[update('P', `closed${far}`, `open${far}`)], '"open'],
    'the hundredth new resource': [
      Array.from({ length: 100 }, (_, index) =>
        step({ id: `create:N${index}`, resource: `N${index}`, desired: { X: index } }),
      ),
      'N99',
    ],
    'the hundredth property': [
      [
        step({
          desired: Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`P${index}`, index])),
        }),
      ],
      'P99: 99',
    ],
    'a health check': [
      [step({ health: [{ kind: 'http', url: 'https://evil.example', status: 200, timeoutSeconds: 9 }] })],
      'https://evil.example',
    ],
    'other declarations of the Baton block': [
      [step({ baton: { recovery: { ladder: ['replace'] } } })],
      'replace',
    ],
    'a retained resource': [[step({ deletionPolicy: 'Retain' })], 'DeletionPolicy: Retain'],
    'a value that looks like the hash of a secret': [
      [step({ desired: { Value: 'sha256:open' } })],
      'sha256:open',
    ],
    'a property with a name like a token': [
      [step({ desired: { AccessToken: 'open' } })],
      'AccessToken: "open"',
    ],
    'one element among many': [
      [
        update(
          'L',
          Array.from({ length: 50 }, (_, i) => ({ Cidr: `10.0.${i}.0/24`, D: far })),
          [
            ...Array.from({ length: 50 }, (_, i) => ({ Cidr: `10.0.${i}.0/24`, D: far })),
            { Cidr: '0.0.0.0/0' },
          ],
        ),
      ],
      '0.0.0.0/0',
    ],
    'what a deletion loses': [
      [step({ id: 'delete:A', operation: 'delete', previous: { TopicName: 'orders' } })],
      'TopicName: "orders"',
    ],
  };
  for (const [what, [steps, seen]] of Object.entries(rows))
    test(what, () => {
      expect(shown(steps)).toContain(seen);
      expect(shown(steps)).not.toContain('as what it refers to');
    });

  test('how much of a truncated value is omitted', () => {
    expect(shown([step({ desired: { P: far } })])).toMatch(/… \(2,\d+ more characters\)/);
  });
});

describe('text in a request does not control the terminal', () => {
  const hostile = [
    '\u001b[2J',
    '\u001b]0;x\u0007',
    '\u009b31m',
    '\u202e',
    '\u2066',
    '\u200b',
    '\u2028',
    '\ufeff',
    '\r',
    '\u0008',
  ];
  const acting =
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that are looked for
    /[\u0000-\u0008\u000b-\u001a\u001c-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]|\u001b(?!\[\d+m)/;
  const paint = painter({ color: true });

  for (const text of hostile)
    test(JSON.stringify(text), () => {
      expect(onScreen(`reason: ${text}`)).not.toMatch(acting);
      expect(onScreen(paint('bad', `before ${text} after`))).not.toMatch(acting);
      const steps = [step({ resource: `A${text}`, desired: { [`P${text}`]: text } })];
      expect(onScreen(diffText(steps.map(capsuleStepOf), paint).join('\n'))).not.toMatch(acting);
      // The JSON stays equivalent.
      expect(JSON.parse(onScreen(JSON.stringify({ text })))).toEqual({ text });
    });

  test("and can't imitate our own formatting", () => {
    expect(onScreen('\u001b[32mapproved\u001b[39m')).toBe('\\u001b[32mapproved\\u001b[39m');
    expect(onScreen(paint('good', 'ours'))).toBe('\u001b[32mours\u001b[39m');
  });

  test("and can't start a new line", () => {
    const lines = diffText([step({ desired: { 'P\nApproved by ben': 'x\ny' } })].map(capsuleStepOf), plain);
    expect(lines.join('\n').split('\n')).toHaveLength(2);
  });

  test('also in error messages of a command', async () => {
    const { terminal, stderr } = memoryTerminal();
    await main(['plan', 'no\u001b[2Jsuch\u202efile.yaml'], terminal, { AWS_REGION: 'us-east-1' });
    expect(stderr.join('\n')).not.toMatch(acting);
  });
});

describe('for 1,000 random plans, everything that is sent can be reconstructed', () => {
  const name = fc
    .string({ minLength: 1, maxLength: 12, unit: 'binary' })
    .filter((text) => !text.includes(': ') && text !== '__proto__');
  const properties = fc.dictionary(name, fc.jsonValue({ maxDepth: 3 }), {
    maxKeys: 6,
    noNullPrototype: true,
  }) as fc.Arbitrary<JsonObject>;
  const anyStep = fc
    .record({
      operation: fc.constantFrom('create', 'update', 'replace', 'delete'),
      desired: properties,
      previous: properties,
    })
    .map(({ operation, desired, previous }) =>
      step({ operation: operation as Step['operation'], desired, previous }),
    );
  const plans = fc
    .array(anyStep, { minLength: 1, maxLength: 5 })
    .map((steps) =>
      steps.map((one, index) => ({ ...one, id: `${one.operation}:R${index}`, resource: `R${index}` })),
    );
  /** Returns what a step sends, or what it removes. */
  const payload = ({ operation, desired, previous }: Pick<Step, 'operation' | 'desired' | 'previous'>) =>
    operation === 'delete' ? previous : desired;

  test('from --json', () => {
    fc.assert(
      fc.property(plans, (steps) => {
        const text = onScreen(JSON.stringify(planForm({ hash: 'h', steps } as HashedPlan)));
        const read = JSON.parse(text) as { steps: Step[] };
        expect(read.steps.map((one) => canonicalJson(payload(one)))).toEqual(
          steps.map((one) => canonicalJson(payload(one))),
        );
      }),
      { numRuns: 1000 },
    );
  });

  test('from the stored capsule', () => {
    fc.assert(
      fc.property(plans, (steps) => {
        const read = JSON.parse(JSON.stringify(steps.map(capsuleStepOf))) as Step[];
        expect(read.map((one) => canonicalJson(payload(one)))).toEqual(
          steps.map((one) => canonicalJson(payload(one))),
        );
      }),
      { numRuns: 1000 },
    );
  });

  test('from the lines of --detail', () => {
    fc.assert(
      fc.property(plans, (steps) => {
        const lines = onScreen(diffText(steps.map(capsuleStepOf), plain, true).join('\n')).split('\n');
        const rebuilt = new Map<string, Map<string, JsonValue>>();
        let at: Map<string, JsonValue> = new Map();
        for (const line of lines) {
          const head = /^ {1,3}\S{1,3} (R\d+) /.exec(line);
          const property = /^ {7}[+=-] (.*?): (.*)$/.exec(line);
          if (head) {
            at = new Map();
            rebuilt.set(head[1] ?? '', at);
          } else if (property) at.set(property[1] ?? '', JSON.parse(property[2] ?? ''));
        }
        for (const one of steps) {
          const values = Object.values(payload(one) ?? {}).map((value) => canonicalJson(value));
          const found = [...(rebuilt.get(one.resource)?.values() ?? [])].map((value) => canonicalJson(value));
          expect(found.sort()).toEqual(values.sort());
        }
      }),
      { numRuns: 1000 },
    );
  });
});
