import * as z from 'zod/mini';
import { isObject, type JsonObject, type JsonValue } from '../model/json.ts';
import { type HealthCheck, healthCheckSchema } from '../model/request.ts';
import { functionOf } from '../template/index.ts';
import { scalarText } from '../template/intrinsic.ts';
import { type HealthRules, healthProblems } from './health-rules.ts';
import type { Problems } from './problems.ts';

/** The schema of a resource's `Baton:` block. Other state machines read scaling and recovery. */
export const batonBlockSchema = z.strictObject({
  health: z.optional(z.union([z.array(healthCheckSchema).check(z.maxLength(20)), healthCheckSchema])),
  scaling: z.optional(z.looseObject({})),
  recovery: z.optional(z.looseObject({})),
  /** Replaces the resource if an update may not work: the provider may refuse it, or none of it can be sent. */
  replace: z.optional(z.boolean()),
});

/** Reads the health checks of a resource. References to resources become `${Name.Attribute}` in text. */
export function readHealth(
  block: JsonValue,
  path: string,
  problems: Problems,
  rules: HealthRules,
): HealthCheck[] | undefined {
  const parsed = batonBlockSchema.safeParse(asTemplates(block));
  if (parsed.success) {
    const { health } = parsed.data;
    if (health === undefined) return undefined;
    const checks = Array.isArray(health) ? health : [health];
    for (const [index, check] of checks.entries())
      for (const [field, code, message] of healthProblems(check, rules))
        problems.add(
          [path, 'health', ...(Array.isArray(health) ? [index] : []), field].join('.'),
          code,
          message,
        );
    return checks;
  }
  for (const issue of parsed.error.issues) {
    problems.add([path, ...issue.path].join('.'), 'Health', `the Baton block: ${issue.message}`);
  }
  return undefined;
}

/** Converts `{Ref: A}` to `${A}`, `{Fn::GetAtt: [A, b]}` to `${A.b}`, and joins to their text. */
function asTemplates(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(asTemplates);
  if (!isObject(value)) return value;
  const name = functionOf(value);
  if (name !== undefined) return templateOf(value, name) ?? value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, asTemplates(inner)]));
}

function templateOf(value: JsonObject, name: string): string | undefined {
  const argument = value[name];
  if (name === 'Ref') return `\${${String(argument)}}`;
  if (name === 'Fn::GetAtt' && Array.isArray(argument)) return `\${${argument.join('.')}}`;
  if (name !== 'Fn::Join' || !Array.isArray(argument) || !Array.isArray(argument[1])) return undefined;
  const parts = argument[1].map((part) => scalarText(asTemplates(part)));
  return parts.every((part) => part !== undefined) ? parts.join(String(argument[0])) : undefined;
}

/** Returns the resources that the health checks refer to. */
export function resourcesInHealth(health: HealthCheck[]): string[] {
  const texts = JSON.stringify(health).matchAll(/\$\{([A-Za-z0-9]+)[.}]/g);
  return [...texts].map(([, logicalId = '']) => logicalId);
}
