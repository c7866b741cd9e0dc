import type { DesiredResource } from '../../lib/model/request.ts';
import { loadCedar } from '../../lib/policy/cedar.ts';
import { encodeResource } from '../../lib/policy/encode.ts';
import { factsOf } from '../../lib/policy/facts/table.ts';
import { createEngine, type PolicyBundle } from '../../lib/policy/index.ts';
import { namedResources } from '../../lib/policy/named-resources.ts';
import { type Materialized, materialize, type Node } from '../../lib/policy/node.ts';
import { truthOfClauses } from '../../lib/policy/residual.ts';
import { textForm } from '../../lib/policy/text-forms.ts';
import { randomFrom, randomPolicy, randomResource } from './random-decisions.ts';
import { bundleOf, lookup, problemsOf, request } from './support.ts';

/** Contains every name, so that everything is encoded. */
class Everything extends Set<string> {
  override has(): boolean {
    return true;
  }
  override isDisjointFrom(): boolean {
    return false;
  }
}

/** Evaluates all policies for all entities with Cedar's partial evaluation only: slow, and without shortcuts. */
function judgeUnsliced(bundle: PolicyBundle, one: DesiredResource): string[] {
  const everything = { reads: new Everything(), types: new Everything() };
  const encoded = encodeResource(one, lookup(one.type), everything);
  const around = materialize(encoded.root, [], true);
  const nodes = encoded.nodes.flatMap((node) => judgeEntity(bundle, encoded.root, around, node, one));
  const opaque = encoded.opaque.flatMap(({ path, types }) =>
    bundle.policies
      .filter((rule) => rule.types.some((type) => types.includes(type)))
      .map((rule) => `open ${rule.id} ${path}`),
  );
  return [...new Set([...nodes, ...opaque])].sort();
}

function judgeEntity(
  bundle: PolicyBundle,
  root: Node,
  around: Materialized,
  node: Node,
  one: DesiredResource,
): string[] {
  const { entities: own, written } = materialize(node, node === root ? [] : [root.uid], true);
  const ids = new Set(own.map(({ uid }) => JSON.stringify(uid)));
  const facts = [...factsOf(node.uid.type)].map(([name, fact]) => {
    const result = fact.derive({ value: node.raw, resource: one, resources: [one], parameters: {} });
    return [name, 'value' in result ? result.value : { __extn: { fn: 'unknown', arg: `facts.${name}` } }];
  });
  const named = namedResources([one]);
  const forms = (name: string) => {
    const value = written.get(name) ?? around.written.get(name);
    return value === undefined ? undefined : textForm(value, named);
  };
  const answer = loadCedar().isAuthorizedPartial({
    principal: { type: 'Baton::Owner', id: request.owner },
    action: { type: 'Action', id: request.action },
    resource: node.uid,
    context: {
      environment: request.environment,
      root: { __entity: root.uid },
      facts: Object.fromEntries(facts),
    },
    entities: [...own, ...around.entities.filter(({ uid }) => !ids.has(JSON.stringify(uid)))],
    policies: { staticPolicies: Object.fromEntries(bundle.policies.map(({ key, body }) => [key, body])) },
  });
  if (answer.type === 'failure') throw new Error(JSON.stringify(answer.errors));
  const { satisfied, errored, residuals } = answer.response;
  return bundle.policies.flatMap((rule) => {
    const place = `${rule.id} ${[node.path, rule.focus].filter(Boolean).join('.')}`;
    const residual = residuals[rule.key];
    const truth = residual ? truthOfClauses(residual.conditions, forms) : false;
    if (satisfied.includes(rule.key) || errored.includes(rule.key) || truth === true)
      return [`deny ${place}`];
    return truth === 'open' ? [`open ${place}`] : [];
  });
}

/** The result of the comparison. */
export interface Comparison {
  /** Each difference with its resource. */
  differences: string[];
  /** How often a rule denied, and how often it waited for a value. */
  denied: number;
  open: number;
}

/** Number of policies in one random set, and of resources evaluated with it. */
const policies = 40;

/** Evaluates random resources with random policies, sliced and unsliced, and compares. A seed makes it repeatable. */
export function compareWithUnsliced(decisions: number, seed: number): Comparison {
  const random = randomFrom(seed);
  const made = Array.from({ length: policies }, (_, index) => randomPolicy(random, index));
  // Random conditions may contradict themselves; these policies are rejected.
  const texts = made.filter((text) => problemsOf(text).every(({ code }) => code !== 'NeverApplies'));
  const bundle = bundleOf(Object.fromEntries(texts.map((text, index) => [`${index}.cedar`, text])));
  const engine = createEngine(bundle, lookup);
  const comparison: Comparison = { differences: [], denied: 0, open: 0 };
  for (let count = 0; count < decisions; count += 1) {
    const one = randomResource(random);
    const verdicts = engine.judge(request, [one], 'admission');
    const denied = verdicts.violations.map(({ rule, path }) => `deny ${rule} ${path}`);
    const open = verdicts.pending.map(({ rule, path }) => `open ${rule} ${path}`);
    const sliced = [...denied, ...open].sort().join('\n');
    const unsliced = judgeUnsliced(bundle, one).join('\n');
    if (sliced !== unsliced)
      comparison.differences.push(`${JSON.stringify(one)}\nsliced:\n${sliced}\nunsliced:\n${unsliced}`);
    comparison.denied += denied.length;
    comparison.open += open.length;
  }
  return comparison;
}
