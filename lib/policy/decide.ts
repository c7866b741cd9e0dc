import type { CedarValueJson, EntityJson, TypeAndId } from '@cedar-policy/cedar-wasm/web';
import type { DesiredResource } from '../model/request.ts';
import { loadCedar } from './cedar.ts';
import { ownerType } from './entity-types.ts';
import { type Materialized, materialize, type Node } from './node.ts';
import { type Forms, truthOfClauses, unknownsIn } from './residual.ts';
import type { Slice } from './slices.ts';
import { type Named, textForm } from './text-forms.ts';
import type { PolicyRule } from './types.ts';

/** What one rule finds in one entity. A rule that doesn't apply has no finding. */
export type Finding =
  | { rule: PolicyRule; kind: 'violated' }
  | { rule: PolicyRule; kind: 'open'; unknowns: string[] }
  | { rule: PolicyRule; kind: 'failed'; error: string };

/** A finding with its resource and the place in it. */
export interface Located {
  finding: Finding;
  resource: DesiredResource;
  node: Node;
  /** The path of a value that couldn't be inspected, if that is the finding. */
  opaquePath?: string;
}

/** One evaluation: is this entity allowed as it is? */
export interface Question {
  slice: Slice;
  node: Node;
  root: Node;
  owner: string;
  action: string;
  /** The context without facts and root. */
  context: Record<string, CedarValueJson>;
  facts: Record<string, CedarValueJson>;
  /** Facts that wait for values, with the paths of these values. */
  openFacts: Map<string, string[]>;
  /** Other resources of the request whose Ref is a name, an id or an ARN. */
  named: Named;
}

function uidKey({ type, id }: TypeAndId): string {
  return `${type} ${id}`;
}

/** Returns the entities of the evaluated node and, if a rule reads it, of the resource around it. */
function entitiesFor({ slice, node, root }: Question, withUnknowns: boolean): Materialized {
  const own = materialize(node, node === root ? [] : [root.uid], withUnknowns);
  if (!slice.readsRoot || node === root) return own;
  const around = materialize(root, [], withUnknowns);
  const seen = new Set(own.entities.map(({ uid }) => uidKey(uid as TypeAndId)));
  const others = around.entities.filter(({ uid }) => !seen.has(uidKey(uid as TypeAndId)));
  const unknowns = new Map(own.unknowns);
  for (const [name, paths] of around.unknowns) unknowns.set(name, [...(unknowns.get(name) ?? []), ...paths]);
  const written = new Map([...own.written, ...around.written]);
  return { entities: [...own.entities, ...others], unknowns, written };
}

function callFor(question: Question, entities: EntityJson[], withUnknowns: boolean) {
  const open = [...question.openFacts.keys()].map((name): [string, CedarValueJson] => [
    name,
    { __extn: { fn: 'unknown', arg: `facts.${name}` } },
  ]);
  const facts = withUnknowns ? { ...question.facts, ...Object.fromEntries(open) } : question.facts;
  return {
    principal: { type: ownerType, id: question.owner },
    action: { type: 'Action', id: question.action },
    resource: question.node.uid,
    context: { ...question.context, root: { __entity: question.root.uid }, facts },
    entities,
  };
}

function failedAll(rules: Iterable<PolicyRule>, messages: { message: string }[]): Finding[] {
  const error = messages.map(({ message }) => message).join('; ');
  return [...rules].map((rule) => ({ rule, kind: 'failed', error }));
}

/** Evaluates the rules whose inputs are all known. Their policy set is already parsed. */
function evaluateKnown(question: Question, rules: Set<PolicyRule>, entities: EntityJson[]): Finding[] {
  const { slice } = question;
  const call = callFor(question, entities, false);
  const answer = loadCedar().statefulIsAuthorized({
    ...call,
    preparsedPolicySetId: slice.preparsedId,
    validateRequest: false,
  });
  if (answer.type === 'failure') return failedAll(rules, answer.errors);
  const { reason, errors } = answer.response.diagnostics;
  const findings: Finding[] = [];
  for (const key of reason) {
    const rule = slice.byKey.get(key);
    if (rule && rules.has(rule)) findings.push({ rule, kind: 'violated' });
  }
  for (const { policyId, error } of errors) {
    const rule = slice.byKey.get(policyId);
    if (rule && rules.has(rule)) findings.push({ rule, kind: 'failed', error: error.message });
  }
  return findings;
}

/** Evaluates the rules that read unknown values. Cedar has no pre-parsed form for partial evaluation. */
function evaluatePartly(
  question: Question,
  rules: Set<PolicyRule>,
  { entities, written }: Materialized,
  textOf: (rule: PolicyRule) => string,
): Finding[] {
  const forms: Forms = (name) => {
    const value = written.get(name);
    return value === undefined ? undefined : textForm(value, question.named);
  };
  const staticPolicies = Object.fromEntries([...rules].map((rule) => [rule.key, textOf(rule)]));
  const answer = loadCedar().isAuthorizedPartial({
    ...callFor(question, entities, true),
    policies: { staticPolicies },
    validateRequest: false,
  });
  if (answer.type === 'failure') return failedAll(rules, answer.errors);
  const { satisfied, errored, residuals } = answer.response;
  return [...rules].flatMap((rule): Finding[] => {
    if (satisfied.includes(rule.key)) return [{ rule, kind: 'violated' }];
    if (errored.includes(rule.key)) return [{ rule, kind: 'failed', error: errorOf(question, rule) }];
    const residual = residuals[rule.key];
    const truth = residual ? truthOfClauses(residual.conditions, forms) : false;
    if (truth === false || !residual) return [];
    if (truth === true) return [{ rule, kind: 'violated' }];
    const unknowns = unknownsIn(residual.conditions).flatMap((name) => pathsOf(question, name));
    return [{ rule, kind: 'open', unknowns }];
  });
}

/**
 * Partial evaluation reports that a policy failed, but not why. A full evaluation with the known values reports why.
 */
function errorOf(question: Question, rule: PolicyRule): string {
  const { entities } = entitiesFor(question, false);
  const [finding] = evaluateKnown(question, new Set([rule]), entities);
  return finding?.kind === 'failed' ? finding.error : 'the policy failed to evaluate';
}

/** An unknown value is identified by its path, an unknown fact by its name. */
function pathsOf({ openFacts, node }: Question, name: string): string[] {
  const waits = name.startsWith('facts.') ? openFacts.get(name.slice('facts.'.length)) : undefined;
  return waits ? waits.map((path) => `${node.path}.${path}`) : [name];
}

/** Evaluates the rules of the slice for the entity. */
export function decide(question: Question, textOf: (rule: PolicyRule) => string): Finding[] {
  const { slice, openFacts } = question;
  const all = entitiesFor(question, true);
  const { entities, unknowns } = all;
  const touched = (rule: PolicyRule): boolean =>
    rule.reads.some((name) => unknowns.has(name)) || rule.facts.some((name) => openFacts.has(name));
  const openTags = unknowns.get('#tags');
  const partly = new Set(slice.rules.filter(touched));
  const fully = new Set(slice.rules.filter((rule) => !partly.has(rule)));
  const findings: Finding[] = [];
  if (fully.size > 0) {
    const known = unknowns.size > 0 ? entitiesFor(question, false).entities : entities;
    findings.push(...evaluateKnown(question, fully, known));
  }
  if (partly.size === 0) return findings;
  const tagged = openTags && question.node.unknownTags.length > 0 ? openTags : undefined;
  const waiting = tagged ? [...partly].filter((rule) => rule.reads.includes('#tags')) : [];
  for (const rule of waiting) {
    partly.delete(rule);
    findings.push({ rule, kind: 'open', unknowns: tagged ?? [] });
  }
  if (partly.size > 0) findings.push(...evaluatePartly(question, partly, all, textOf));
  return findings;
}
