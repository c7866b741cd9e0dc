import { readFileSync } from 'node:fs';
import * as z from 'zod';
import {
  builtInPacks,
  createEngine,
  type JudgeRequest,
  judgeDocument,
  loadBundle,
  type PolicyEngine,
  type RuleVerdict,
} from '../../lib/policy/index.ts';
import { ensureTypes, typeLookup } from '../../lib/spec/index.ts';

const caseSchema = z.object({
  id: z.string(),
  rule: z.string(),
  name: z.string().optional(),
  template: z.json(),
  expected: z.enum(['PASS', 'FAIL', 'SKIP']),
});
export type PolicyCase = z.output<typeof caseSchema>;

const request: JudgeRequest = { environment: 'any', service: 'any', owner: 'any', action: 'provision' };

const usage = `usage: npm run conformance -- policy [--pack NAME]... FILE...
FILE  JSON: [{id, rule, template, expected: PASS | FAIL | SKIP}]
NAME  a pack among those that come with Baton, or a folder in one (aws/s3); all of them unless named`;

/** Evaluates one case with its rule from the built-in packs, and honors suppressions. */
export function judgeCase(engine: PolicyEngine, { rule, template }: PolicyCase): RuleVerdict {
  const [verdict] = judgeDocument(engine, request, template, [rule]);
  if (verdict === undefined) throw new Error(`no verdict of ${rule}`);
  return verdict;
}

export function policyEngine(packs: string[]): { engine: PolicyEngine; rules: Set<string> } {
  const lookup = typeLookup(ensureTypes());
  const references = packs.map((name) => ({ name, mode: 'enforce' as const }));
  const bundle = loadBundle(references, [builtInPacks], lookup);
  const rules = new Set(bundle.policies.map(({ id }) => id));
  return { engine: createEngine(bundle, lookup, { honorSuppressions: true, alternatives: false }), rules };
}

/** Evaluates every case whose rule exists, and prints each difference and `N of M`. Returns 0 without differences. */
export async function run(args: string[]): Promise<number> {
  const packs = args.flatMap((arg, index) => (arg === '--pack' ? [args[index + 1] ?? ''] : []));
  const files = args.filter((arg, index) => arg !== '--pack' && args[index - 1] !== '--pack');
  if (files.length === 0) {
    console.error(usage);
    return 2;
  }
  const { engine, rules } = policyEngine(packs.length > 0 ? packs : ['starter', 'aws']);
  const read = files.flatMap((file) => z.array(caseSchema).parse(JSON.parse(readFileSync(file, 'utf8'))));
  const cases = packs.length > 0 ? read.filter(({ rule }) => rules.has(rule)) : read;
  let agreeing = 0;
  for (const one of cases) {
    const { verdict, violations, unknown } = judgeCase(engine, one);
    if (verdict === one.expected) {
      agreeing += 1;
      continue;
    }
    console.log(`${one.id}  ${one.name ?? ''}\n  expected ${one.expected}, got ${verdict}`);
    for (const { resource, path, message } of violations) console.log(`  ${resource} ${path}: ${message}`);
    for (const { resource, path, unknowns } of unknown)
      console.log(`  ${resource} ${path}: not known: ${unknowns.join(', ')}`);
  }
  console.log(`${agreeing} of ${cases.length}`);
  return agreeing === cases.length ? 0 : 1;
}
