import * as z from 'zod';
import { BatonError } from '../model/errors.ts';
import { hashOf } from '../model/json.ts';
import type { PolicyBundle, PolicyRule } from './types.ts';

/** A serialised bundle is not one, or one of another version. */
export class InvalidBundle extends BatonError {
  override readonly name: string = 'InvalidBundle';
}

const ruleSchema = z.object({
  id: z.string(),
  key: z.string(),
  text: z.string(),
  body: z.string(),
  types: z.array(z.string()),
  severity: z.enum(['low', 'medium', 'high', 'critical']),
  message: z.string(),
  remedy: z.string().optional(),
  pack: z.string(),
  mode: z.enum(['enforce', 'warn']),
  reads: z.array(z.string()),
  facts: z.array(z.string()),
  readsRoot: z.boolean(),
  focus: z.string(),
  scopeText: z.string().optional(),
  aliases: z.array(z.string()),
});
const bundleSchema = z.object({ version: z.literal(1), policies: z.array(ruleSchema), hash: z.string() });

/** Covers all of every rule: what is judged by is exactly what was checked. */
export function hashOfRules(rules: PolicyRule[]): string {
  return hashOf(rules);
}

/** The bundle as the text that is shipped beside the handlers. */
export function serializeBundle(bundle: PolicyBundle): string {
  return JSON.stringify(bundle);
}

/**
 * A bundle from its text.
 * @throws InvalidBundle when the text is no bundle, or its policies are not the ones its hash was made of
 */
export function parseBundle(text: string): PolicyBundle {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new InvalidBundle(`the policy bundle is no JSON: ${String(error)}`);
  }
  const parsed = bundleSchema.safeParse(value);
  if (!parsed.success) throw new InvalidBundle(`not a policy bundle: ${z.prettifyError(parsed.error)}`);
  const bundle: PolicyBundle = parsed.data;
  if (hashOfRules(bundle.policies) !== bundle.hash) {
    throw new InvalidBundle('the policies of the bundle are not those its hash was made of');
  }
  return bundle;
}
