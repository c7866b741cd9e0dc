import { expect, test } from 'vitest';
import type { DesiredResource } from '../../lib/model/request.ts';
import { loadCedar } from '../../lib/policy/cedar.ts';
import { encodeResource } from '../../lib/policy/encode.ts';
import { factsOf } from '../../lib/policy/facts/table.ts';
import { createEngine, type PolicyBundle } from '../../lib/policy/index.ts';
import { materialize, type Node } from '../../lib/policy/node.ts';
import { truthOfClauses } from '../../lib/policy/residual.ts';
import { randomFrom, randomPolicy, randomResource } from './random-decisions.ts';
import { bundleOf, lookup, request } from './support.ts';

const seed = 20_251_120;
const decisions = 300;

/** Takes in every name, so that nothing is left out of an encoding. */
class Everything extends Set<string> {
  override has(): boolean {
    return true;
  }
  override isDisjointFrom(): boolean {
    return false;
  }
}

/** All policies on all entities through Cedar's partial evaluation alone: slow, and without any short cut. */
function judgeUnsliced(bundle: PolicyBundle, one: DesiredResource): string[] {
  const everything = { reads: new Everything(), types: new Everything() };
  const encoded = encodeResource(one, lookup(one.type), everything);
  const around = materialize(encoded.root, [], true).entities;
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
  around: ReturnType<typeof materialize>['entities'],
  node: Node,
  one: DesiredResource,
): string[] {
  const own = materialize(node, node === root ? [] : [root.uid], true).entities;
  const ids = new Set(own.map(({ uid }) => JSON.stringify(uid)));
  const facts = [...factsOf(node.uid.type)].map(([name, fact]) => {
    const result = fact.derive({ value: node.raw, resource: one, resources: [one], parameters: {} });
    return [name, 'value' in result ? result.value : { __extn: { fn: 'unknown', arg: `facts.${name}` } }];
  });
  const answer = loadCedar().isAuthorizedPartial({
    principal: { type: 'Baton::Owner', id: request.owner },
    action: { type: 'Action', id: request.action },
    resource: node.uid,
    context: {
      environment: request.environment,
      root: { __entity: root.uid },
      facts: Object.fromEntries(facts),
    },
    entities: [...own, ...around.filter(({ uid }) => !ids.has(JSON.stringify(uid)))],
    policies: { staticPolicies: Object.fromEntries(bundle.policies.map(({ key, body }) => [key, body])) },
  });
  if (answer.type === 'failure') throw new Error(JSON.stringify(answer.errors));
  const { satisfied, errored, residuals } = answer.response;
  return bundle.policies.flatMap((rule) => {
    const place = `${rule.id} ${[node.path, rule.focus].filter(Boolean).join('.')}`;
    const residual = residuals[rule.key];
    const truth = residual ? truthOfClauses(residual.conditions) : false;
    if (satisfied.includes(rule.key) || errored.includes(rule.key) || truth === true)
      return [`deny ${place}`];
    return truth === 'open' ? [`open ${place}`] : [];
  });
}

test(`slicing changes nothing in ${decisions} random decisions (seed ${seed})`, () => {
  const random = randomFrom(seed);
  const texts = Array.from({ length: 40 }, (_, index) => randomPolicy(random, index));
  const bundle = bundleOf(Object.fromEntries(texts.map((text, index) => [`${index}.cedar`, text])));
  const engine = createEngine(bundle, lookup);
  const seen = { deny: 0, open: 0 };
  for (let count = 0; count < decisions; count += 1) {
    const one = randomResource(random);
    const verdicts = engine.judge(request, [one], 'admission');
    const denied = verdicts.violations.map(({ rule, path }) => `deny ${rule} ${path}`);
    const open = verdicts.pending.map(({ rule, path }) => `open ${rule} ${path}`);
    expect([...denied, ...open].sort(), JSON.stringify(one.properties)).toEqual(judgeUnsliced(bundle, one));
    seen.deny += denied.length;
    seen.open += open.length;
  }
  // The decisions are worth comparing only while they come out both ways.
  expect(seen.deny).toBeGreaterThan(decisions);
  expect(seen.open).toBeGreaterThan(decisions / 4);
}, 30_000);
