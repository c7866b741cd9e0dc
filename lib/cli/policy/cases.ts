import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import * as z from 'zod';
import { BatonError } from '../../model/errors.ts';
import { type DesiredResource, healthCheckSchema } from '../../model/request.ts';
import type { JudgeRequest, PolicyEngine, PolicyRule } from '../../policy/index.ts';

/** Test cases of a rule: the expected result for a set of resources. */
export const casesSchema = z.array(
  z.strictObject({
    name: z.string(),
    expect: z.enum(['pass', 'fail', 'skip', 'pending']),
    resources: z.record(
      z.string(),
      z.strictObject({
        Type: z.string(),
        Properties: z.record(z.string(), z.json()),
        Metadata: z.record(z.string(), z.json()).optional(),
        Baton: z.strictObject({ health: z.array(healthCheckSchema) }).optional(),
      }),
    ),
    /** Parameters of the template, for rules that evaluate documents as written. */
    parameters: z.record(z.string(), z.json()).optional(),
  }),
);
export type PolicyCase = z.output<typeof casesSchema>[number];

/** A file of cases can't be read. */
export class InvalidCases extends BatonError {
  override readonly name = 'InvalidCases';
}

/** The requester in a case. */
const request: JudgeRequest = {
  environment: 'prod',
  service: 'checkout',
  owner: 'payments',
  action: 'provision',
};

/** Returns the rule file inside its pack, without extension: `s3/bucket-named` for `house/s3/bucket-named.cedar#0`. */
export function ruleFileOf({ key, pack }: PolicyRule): string {
  return key.slice(pack.length + 1).replace(/\.cedar#\d+$/, '');
}

/** Returns the files of cases below a folder, without extension. */
export function caseFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.slice(0, -'.yaml'.length))
    .sort();
}

/** Returns the cases in a file. Empty if the file doesn't exist. @throws InvalidCases */
export function readCases(folder: string, name: string): PolicyCase[] {
  const file = join(folder, `${name}.yaml`);
  if (!existsSync(file)) return [];
  const document = parseDocument(readFileSync(file, 'utf8'));
  const [error] = document.errors;
  if (error) throw new InvalidCases(`${file} is no YAML: ${error.message}`);
  const parsed = casesSchema.safeParse(document.toJS());
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new InvalidCases(`${file} holds no cases: ${issues.join('; ')}`);
}

/** Returns the result of the rule for a case at admission, when values may still be unknown. */
export function outcomeOf(engine: PolicyEngine, rule: string, one: PolicyCase): PolicyCase['expect'] {
  const resources = Object.entries(one.resources).map(
    ([logicalId, { Type, Properties, Metadata, Baton }]): DesiredResource => ({
      ...{ logicalId, type: Type, properties: Properties, dependsOn: [] },
      ...{ deletionPolicy: 'Delete', updateReplacePolicy: 'Delete', metadata: Metadata },
      ...(Baton !== undefined && { health: Baton.health }),
    }),
  );
  const { violations, pending } = engine.judge(request, resources, 'admission', one.parameters);
  if (violations.some((violation) => violation.rule === rule)) return 'fail';
  if (pending.some((residual) => residual.rule === rule)) return 'pending';
  return engine.applicable(request, resources, one.parameters).includes(rule) ? 'pass' : 'skip';
}
