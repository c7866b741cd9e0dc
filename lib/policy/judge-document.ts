import { isObject, type JsonObject, type JsonValue } from '../model/json.ts';
import type { PendingResidual, SuppressedViolation, Violation } from '../model/policy.ts';
import {
  type DeletionPolicy,
  type DesiredResource,
  type HealthCheck,
  healthCheckSchema,
} from '../model/request.ts';
import type { JudgeRequest, PolicyEngine } from './types.ts';

/** The result of one rule for one document. `SKIP` means that the rule applies to nothing in it. */
export type DocumentVerdict = 'PASS' | 'FAIL' | 'SKIP';

export interface RuleVerdict {
  rule: string;
  verdict: DocumentVerdict;
  violations: Violation[];
  /** What can't be evaluated from the document alone. A rule with an open result has failed. */
  unknown: PendingResidual[];
  /** What a resource's metadata exempts from the rule. It doesn't count if the engine honors suppressions. */
  suppressed: SuppressedViolation[];
}

function object(value: JsonValue | undefined): JsonObject {
  return isObject(value) ? value : {};
}

const deletionPolicies: readonly JsonValue[] = ['Delete', 'Retain', 'RetainExceptOnCreate', 'Snapshot'];

function deletionPolicy(value: JsonValue | undefined): DeletionPolicy {
  return deletionPolicies.includes(value ?? null) ? (value as DeletionPolicy) : 'Delete';
}

/** Attributes of a resource that have their own meaning ("Resource attribute reference", CloudFormation). */
const attributes: readonly string[] = [
  ...['Type', 'Properties', 'Metadata', 'DependsOn', 'Condition', 'Baton'],
  ...['CreationPolicy', 'DeletionPolicy', 'UpdatePolicy', 'UpdateReplacePolicy'],
];

/**
 * Returns the metadata of a resource. An unknown key next to its attributes has no other meaning, so it counts as
 * misplaced metadata.
 */
function metadataOf(resource: JsonObject): JsonObject {
  const misplaced = Object.entries(resource).filter(([name]) => !attributes.includes(name));
  return { ...Object.fromEntries(misplaced), ...object(resource.Metadata) };
}

/**
 * Returns the health checks as written, without resolving `Fn::Sub`. Request validation reports entries that are not
 * checks.
 */
function healthOf({ health }: JsonObject): HealthCheck[] {
  return [health ?? []].flat().flatMap((one) => {
    const texts = Object.entries(object(one)).map(([name, value]) => [
      name,
      object(value)['Fn::Sub'] ?? value,
    ]);
    const check = healthCheckSchema.safeParse(Object.fromEntries(texts));
    return check.success ? [check.data] : [];
  });
}

/**
 * Returns the resources of a template as written, neither resolved nor validated. Leaves out resources without a type.
 */
export function resourcesOfDocument(document: JsonValue): DesiredResource[] {
  return Object.entries(object(object(document).Resources)).flatMap(([logicalId, one]) => {
    const { Type: type, Properties, DeletionPolicy, UpdateReplacePolicy, Baton } = object(one);
    if (typeof type !== 'string') return [];
    return {
      logicalId,
      type,
      properties: object(Properties),
      dependsOn: [],
      deletionPolicy: deletionPolicy(DeletionPolicy),
      updateReplacePolicy: deletionPolicy(UpdateReplacePolicy),
      metadata: metadataOf(object(one)),
      health: healthOf(object(Baton)),
    };
  });
}

/**
 * Evaluates each rule for a CloudFormation document as written, neither validated nor resolved.
 * @param engine created with `alternatives: false`, so that each rule is evaluated by itself
 * @param rules ids of the rules to report on, in the order of the result
 */
export function judgeDocument(
  engine: PolicyEngine,
  request: JudgeRequest,
  document: JsonValue,
  rules: readonly string[],
): RuleVerdict[] {
  const resources = resourcesOfDocument(document);
  const parameters = object(object(document).Parameters);
  const { violations, pending, suppressed } = engine.judge(request, resources, 'admission', parameters);
  const applicable = new Set(engine.applicable(request, resources, parameters));
  const violated = Map.groupBy(violations, ({ rule }) => rule);
  const open = Map.groupBy(pending, ({ rule }) => rule);
  const exempt = Map.groupBy(suppressed, ({ rule }) => rule);
  return rules.map((rule) => {
    const found = violated.get(rule) ?? [];
    const unknown = open.get(rule) ?? [];
    const failed = found.length + unknown.length > 0;
    const verdict = failed ? 'FAIL' : applicable.has(rule) ? 'PASS' : 'SKIP';
    return { rule, verdict, violations: found, unknown, suppressed: exempt.get(rule) ?? [] };
  });
}
