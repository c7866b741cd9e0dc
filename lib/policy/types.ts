import type { JsonValue } from '../model/json.ts';
import type { Enforcement, Severity, Verdicts } from '../model/policy.ts';
import type { Action, DesiredResource } from '../model/request.ts';

/** A pack as the settings of an environment name it. */
export interface PackReference {
  name: string;
  mode: Enforcement;
}

/** One Cedar policy of a pack with everything that its evaluation needs, so that nothing is derived at run time. */
export interface PolicyRule {
  /** The public id of the rule: its `@id`. Several policies of one file may share it. */
  id: string;
  /** The id of the policy in Cedar, unique in the bundle. */
  key: string;
  /** The text as written by its author. */
  text: string;
  /** The policy without annotations. Cedar evaluates this text, because it is shorter to parse. */
  body: string;
  /** Entity types it can apply to, including nested ones; `*` stands for every resource. */
  types: string[];
  severity: Severity;
  message: string;
  remedy?: string;
  pack: string;
  mode: Enforcement;
  /** Attributes of the resource or `context.root` that it reads, at any position in a path, without duplicates. */
  reads: string[];
  /** The actions that its head names. Deletions and verbs are evaluated only with rules that name their action. */
  actions: Action[];
  /** Facts that it reads as `context.facts.NAME`. */
  facts: string[];
  readsRoot: boolean;
  /** The dotted path, below the evaluated entity, that its last clause checks. Empty for the whole entity. */
  focus: string;
  /** The policy reduced to its first clause, which selects what it applies to. Absent if the type alone selects it. */
  scopeText?: string;
  /** Ids of checks of other tools whose suppression in `Metadata` also suppresses this rule. */
  aliases: string[];
  /**
   * Ids of rules with the same purpose by other means. A resource that satisfies one of them doesn't have to satisfy
   * this one.
   */
  alternatives: string[];
}

/** All policies of an environment, validated. Plain JSON, created at synthesis and shipped with the handlers. */
export interface PolicyBundle {
  version: 1;
  policies: PolicyRule[];
  /** SHA-256 over the policies: the same policies in the same modes have the same hash. */
  hash: string;
}

/** The requester, the action and the place: the principal, action and context of every evaluation. */
export interface JudgeRequest {
  environment: string;
  service: string;
  owner: string;
  action: Action;
}

/** `admission`: values may still be unknown. `call`: every value must be known, and unknown values are denied. */
export type Phase = 'admission' | 'call';

export interface PolicyEngine {
  /**
   * Evaluates every resource and nested property with every policy of its type. Never throws because of the contents of
   * a resource: if a policy can't be evaluated, that is a violation that names the error.
   * @param parameters the template's `Parameters`, if a document is evaluated as written
   */
  judge(
    request: JudgeRequest,
    resources: DesiredResource[],
    phase: Phase,
    parameters?: Record<string, JsonValue>,
  ): Verdicts;
  /** Returns the ids of the rules that apply to these resources, with any verdict, sorted. */
  applicable(
    request: JudgeRequest,
    resources: DesiredResource[],
    parameters?: Record<string, JsonValue>,
  ): string[];
}

export interface EngineOptions {
  /**
   * Whether `Metadata` may exempt a resource from a rule (`guard.SuppressedRules`, `cfn_nag.rules_to_suppress`).
   * Default off: a request must not exempt itself. In either case, `suppressed` lists what it asks for.
   */
  honorSuppressions?: boolean;
  /**
   * Whether a resource that satisfies one of several alternative rules is exempt from the others. Default on; off to
   * evaluate each rule by itself.
   */
  alternatives?: boolean;
}
