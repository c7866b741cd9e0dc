import type { JsonValue } from '../model/json.ts';
import type { Enforcement, Severity, Verdicts } from '../model/policy.ts';
import type { Action, DesiredResource } from '../model/request.ts';

/** A pack as the settings of an environment name it. */
export interface PackReference {
  name: string;
  mode: Enforcement;
}

/** One Cedar policy of a pack, with all that judging needs, so that nothing is derived at run time. */
export interface PolicyRule {
  /** What people know the rule by: its `@id`. Several policies of one file may share it. */
  id: string;
  /** Unique in the bundle; what Cedar knows the policy by. */
  key: string;
  /** As its author wrote it. */
  text: string;
  /** The policy without its annotations: what Cedar evaluates, so that it has less to parse. */
  body: string;
  /** Entity types it can apply to, nested ones included; `*` stands for every resource. */
  types: string[];
  severity: Severity;
  message: string;
  remedy?: string;
  pack: string;
  mode: Enforcement;
  /** Attributes it reads of the resource or `context.root`, wherever they stand in a path, each once. */
  reads: string[];
  /** Whether its head names `Action::"decommission"`: only then is it put to what a plan deletes. */
  judgesRemoval: boolean;
  /** Facts it reads as `context.facts.NAME`. */
  facts: string[];
  readsRoot: boolean;
  /** Dotted path below the judged entity of what its last clause speaks of; empty for the whole entity. */
  focus: string;
  /** The policy reduced to what it speaks of (its first clause); absent when its type says it all. */
  scopeText?: string;
  /** Ids of other tools' checks whose suppression in `Metadata` means this rule too. */
  aliases: string[];
  /** Ids of rules that ask for the same by other means: what satisfies one of them need not satisfy this one. */
  alternatives: string[];
}

/** All policies of an environment, checked; plain JSON, made at synthesis and shipped with the handlers. */
export interface PolicyBundle {
  version: 1;
  policies: PolicyRule[];
  /** SHA-256 over the policies: the same ones in the same modes give the same hash. */
  hash: string;
}

/** Who asks for what, where: the principal, the action and the context of every decision. */
export interface JudgeRequest {
  environment: string;
  service: string;
  owner: string;
  action: Action;
}

/** `admission`: values may be unknown yet. `call`: everything must be known, what is not is denied. */
export type Phase = 'admission' | 'call';

export interface PolicyEngine {
  /**
   * Judges every resource and nested property by every policy of its type. Never throws for what a
   * resource holds: what can't be evaluated is a violation that names the error.
   * @param parameters the template's `Parameters`, where a document is judged as it stands
   */
  judge(
    request: JudgeRequest,
    resources: DesiredResource[],
    phase: Phase,
    parameters?: Record<string, JsonValue>,
  ): Verdicts;
  /** Ids of the rules that have something to say of these resources, whatever the verdict; sorted. */
  applicable(
    request: JudgeRequest,
    resources: DesiredResource[],
    parameters?: Record<string, JsonValue>,
  ): string[];
}

export interface EngineOptions {
  /**
   * Whether `Metadata` may exempt a resource from a rule (`guard.SuppressedRules`,
   * `cfn_nag.rules_to_suppress`). Off unless asked for: a request must not excuse itself. Either way `suppressed`
   * names what it asks for.
   */
  honourSuppressions?: boolean;
  /**
   * Whether a resource that satisfies one of several alternative rules is excused from the others. On unless said
   * otherwise: off where each rule is judged by itself.
   */
  alternatives?: boolean;
}
