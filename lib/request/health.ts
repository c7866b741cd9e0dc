import * as z from 'zod/mini';
import { durationExpected, secondsOf } from '../model/duration-text.ts';
import { isObject, type JsonObject, type JsonValue } from '../model/json.ts';
import { type HealthCheck, healthCheckSchema } from '../model/request.ts';
import { scalingSchema } from '../model/scaling-policy.ts';
import { trafficPolicySchema } from '../model/traffic-policy.ts';
import { functionOf } from '../template/index.ts';
import { scalarText } from '../template/intrinsic.ts';
import { type HealthRules, healthProblems } from './health-rules.ts';
import type { Problems } from './problems.ts';

const bakeExpected = `expected ${durationExpected}`;

/** Writes a bake time as in a manifest. */
export function bakeText(seconds: number): string {
  return `${seconds}s`;
}

/** The schema of a resource's `Baton:` block. Other state machines read recovery. */
export const batonBlockSchema = z.strictObject({
  health: z.optional(z.union([z.array(healthCheckSchema).check(z.maxLength(20)), healthCheckSchema])),
  /** How long the health checks must hold after a create or update, before dependents start: 90s, 5m, 1h. */
  bake: z.optional(z.string().check(z.refine((text) => secondsOf(text) !== undefined, bakeExpected))),
  /** The name of the place in the environment where the resource is; the first place of the environment without it. */
  place: z.optional(z.string()),
  /** Bounds of its capacity, and what moves it. */
  scaling: z.optional(scalingSchema),
  /** In which steps traffic moves to a new side, and what must hold meanwhile. */
  traffic: z.optional(trafficPolicySchema),
  recovery: z.optional(z.looseObject({})),
  /** Replaces the resource if an update may not work: the provider may refuse it, or none of it can be sent. */
  replace: z.optional(z.boolean()),
});

/** `checkScaling` and `checkTraffic` read these policies, and report their problems. */
const withoutPolicies = z.extend(batonBlockSchema, {
  scaling: z.optional(z.unknown()),
  traffic: z.optional(z.unknown()),
});

/** The health checks of a resource, and how long they must hold. */
export interface Watched {
  health?: HealthCheck[];
  bakeSeconds?: number;
}

/** Reads the health checks of a resource. References to resources become `${Name.Attribute}` in text. */
export function readHealth(block: JsonValue, path: string, problems: Problems, rules: HealthRules): Watched {
  const parsed = withoutPolicies.safeParse(asTemplates(block));
  if (parsed.success) {
    const { health, bake } = parsed.data;
    if (health === undefined && bake !== undefined)
      problems.add(
        `${path}.bake`,
        'Health',
        'a bake time needs health checks that must hold; add health beside it',
      );
    if (health === undefined) return {};
    const checks = Array.isArray(health) ? health : [health];
    for (const [index, check] of checks.entries())
      for (const [field, code, message] of healthProblems(check, rules))
        problems.add(
          [path, 'health', ...(Array.isArray(health) ? [index] : []), field].join('.'),
          code,
          message,
        );
    const bakeSeconds = bake === undefined ? undefined : secondsOf(bake);
    return { health: checks, ...(bakeSeconds === undefined ? {} : { bakeSeconds }) };
  }
  for (const issue of parsed.error.issues) {
    problems.add([path, ...issue.path].join('.'), 'Health', `the Baton block: ${issue.message}`);
  }
  return {};
}

/** Converts `{Ref: A}` to `${A}`, `{Fn::GetAtt: [A, b]}` to `${A.b}`, and joins to their text. */
export function asTemplates(value: JsonValue): JsonValue {
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
