import type { CedarValueJson } from '@cedar-policy/cedar-wasm/web';
import type { JsonValue } from '../model/json.ts';
import type { Verdicts } from '../model/policy.ts';
import type { DesiredResource } from '../model/request.ts';
import type { TypeLookup } from '../model/spec.ts';
import { alternativesAmong, type Put, settleAlternatives } from './alternatives.ts';
import { decide, type Finding, type Located } from './decide.ts';
import { encodeResource } from './encode.ts';
import { entityTypeName } from './entity-types.ts';
import { factsOf, looksBeside } from './facts/table.ts';
import { namedResources } from './named-resources.ts';
import type { EncodedResource, Node } from './node.ts';
import { sortedUnique } from './order.ts';
import { type Slice, type Slices, sliceByType } from './slices.ts';
import { suppressionOf } from './suppressions.ts';
import type { EngineOptions, JudgeRequest, Phase, PolicyBundle, PolicyEngine, PolicyRule } from './types.ts';
import { report } from './verdicts.ts';

interface Judged {
  located: Located[];
  pairs: number;
  /** Rules that were evaluated, and for what. */
  asked: (Put & { resource: DesiredResource })[];
}

interface Setting {
  slices: Slices;
  textOf: (rule: PolicyRule) => string;
  lookup: TypeLookup;
  request: JudgeRequest;
  resources: DesiredResource[];
  phase: Phase;
  parameters: Record<string, JsonValue>;
}

function deriveFacts(setting: Setting, slice: Slice, node: Node, resource: DesiredResource) {
  const known: Record<string, CedarValueJson> = {};
  const open = new Map<string, string[]>();
  for (const [name, fact] of slice.facts.size > 0 ? factsOf(node.uid.type) : []) {
    if (!slice.facts.has(name)) continue;
    const result = fact.derive({
      value: node.raw,
      resource,
      resources: setting.resources,
      parameters: setting.parameters,
    });
    if ('value' in result) known[name] = result.value;
    else open.set(name, result.waitsFor);
  }
  return { known, open };
}

function contextOf({ request, phase }: Setting, resource: DesiredResource): Record<string, CedarValueJson> {
  return {
    environment: request.environment,
    service: request.service,
    owner: request.owner,
    phase,
    logicalId: resource.logicalId,
    resourceType: resource.type,
    deletionPolicy: resource.deletionPolicy,
    updateReplacePolicy: resource.updateReplacePolicy,
  };
}

function judgeNode(
  setting: Setting,
  slice: Slice,
  encoded: EncodedResource,
  node: Node,
  resource: DesiredResource,
) {
  const facts = deriveFacts(setting, slice, node, resource);
  const { owner, action } = setting.request;
  return decide(
    {
      slice,
      node,
      root: encoded.root,
      owner,
      action,
      context: contextOf(setting, resource),
      facts: facts.known,
      openFacts: facts.open,
      named: namedResources(setting.resources),
    },
    setting.textOf,
  );
}

/** An unknown value may turn out to contain entities that rules evaluate. These rules wait for it. */
function judgeOpaque(setting: Setting, encoded: EncodedResource, resource: DesiredResource): Located[] {
  return encoded.opaque.flatMap(({ path, types }) =>
    types.flatMap((type) =>
      (setting.slices.of(type, false)?.rules ?? []).map((rule): Located => {
        const finding: Finding = { rule, kind: 'open', unknowns: [path] };
        return { finding, resource, node: encoded.root, opaquePath: path };
      }),
    ),
  );
}

function judgeResource(setting: Setting, resource: DesiredResource, into: Judged): void {
  const { slices, lookup } = setting;
  const reads = slices.readsOf(entityTypeName(resource.type));
  const encoded = encodeResource(resource, lookup(resource.type), { reads, types: slices.types });
  for (const node of encoded.nodes) {
    const slice = slices.of(node.uid.type, node === encoded.root);
    if (!slice) continue;
    into.pairs += slice.rules.length;
    for (const rule of slice.rules) into.asked.push({ rule, node, resource });
    for (const finding of judgeNode(setting, slice, encoded, node, resource)) {
      into.located.push({ finding, resource, node });
    }
  }
  const opaque = judgeOpaque(setting, encoded, resource);
  into.pairs += opaque.length;
  into.located.push(...opaque);
}

function judgeAll(setting: Setting): Judged {
  const judged: Judged = { located: [], pairs: 0, asked: [] };
  for (const resource of setting.resources) judgeResource(setting, resource, judged);
  return judged;
}

/**
 * Handles findings of rules that read other resources. At the call they are dropped, because they were evaluated for
 * the whole request at admission. At admission they must not stay open, because nothing evaluates them again.
 */
function settleBeside(located: Located[], phase: Phase): Located[] {
  return located.flatMap((one): Located[] => {
    const { rule, kind } = one.finding;
    if (!looksBeside(rule)) return [one];
    if (phase === 'call') return [];
    if (kind !== 'open') return [one];
    const error = `${one.finding.unknowns.join(', ')} must be known when asked for, together with what stands beside`;
    return [{ ...one, finding: { rule, kind: 'failed', error } }];
  });
}

/**
 * Returns the rules that apply, with their entities: those whose scope is certainly present, and those whose scope may
 * be.
 */
function spokenOf(setting: Setting): { surely: Judged['asked']; maybe: Judged['asked'] } {
  const judged = judgeAll(setting);
  const byType = judged.asked.filter(({ rule }) => rule.scopeText === undefined);
  const byScope = judged.located.map(({ finding, node, resource }) => ({
    finding,
    rule: finding.rule,
    node,
    resource,
  }));
  const held = byScope.filter(
    ({ finding, rule }) => finding.kind === 'violated' && rule.scopeText !== undefined,
  );
  return { surely: [...byType, ...held], maybe: [...byType, ...byScope] };
}

/**
 * Creates an engine for the policies of one environment. Parses policies when a resource of their type first occurs and
 * caches them. Keeps no other state between calls.
 * @param lookup the specs of types and properties; a type without a spec is evaluated by the form of its values
 */
export function createEngine(
  bundle: PolicyBundle,
  lookup: TypeLookup,
  options: EngineOptions = {},
): PolicyEngine {
  const full = (rule: PolicyRule): string => rule.body;
  const scope = (rule: PolicyRule): string => rule.scopeText ?? rule.body;
  const slices = sliceByType(bundle, full, 'full');
  let scopeSlices: Slices | undefined;
  const { honorSuppressions = false } = options;
  const alternatives = alternativesAmong(options.alternatives === false ? [] : bundle.policies);
  const spoken = (setting: Omit<Setting, 'slices' | 'textOf'>): ReturnType<typeof spokenOf> => {
    scopeSlices ??= sliceByType(bundle, scope, 'scope');
    return spokenOf({ ...setting, slices: scopeSlices, textOf: scope });
  };
  const counts = (rule: PolicyRule, resource: DesiredResource): boolean =>
    !honorSuppressions || suppressionOf(rule, resource) === undefined;
  return {
    judge(request, resources, phase, parameters = {}): Verdicts {
      const setting = { lookup, request, resources, phase, parameters };
      const judged = judgeAll({ ...setting, slices, textOf: full });
      const located = settleAlternatives(judged.located, alternatives, () => spoken(setting).surely);
      return report(settleBeside(located, phase), {
        ...{ phase, lookup, honorSuppressions, bundleHash: bundle.hash, judged: judged.pairs },
      });
    },
    applicable(request, resources, parameters = {}): string[] {
      const { maybe } = spoken({ lookup, request, resources, phase: 'admission', parameters });
      const speaking = maybe.filter(({ rule, resource }) => counts(rule, resource));
      return sortedUnique(speaking.map(({ rule }) => rule.id));
    },
  };
}
