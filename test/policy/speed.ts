import type { JsonValue } from '../../lib/model/json.ts';
import type { DesiredResource } from '../../lib/model/request.ts';
import { createEngine, type PolicyBundle, type PolicyRule } from '../../lib/policy/index.ts';
import { lookup, request, resource } from './support.ts';

export const policies = 1_000;

/** Returns the names of a type's text properties. */
function textProperties(type: string): string[] {
  const properties = Object.entries(lookup(type)?.properties ?? {});
  return properties.filter(([, one]) => one.types[0]?.kind === 'string').map(([name]) => name);
}

/** A hundred types, evenly distributed over all that have enough text properties. */
const rich = lookup.names().filter((type) => type.startsWith('AWS::') && textProperties(type).length > 4);
export const types = rich.filter((_type, index) => index % Math.floor(rich.length / 100) === 0).slice(0, 100);

function rule(index: number): PolicyRule {
  const type = types[index % types.length] ?? '';
  const names = textProperties(type);
  const name = names[index % names.length] ?? '';
  const body = `forbid (principal, action, resource is ${type}) when { resource has ${name} && resource.${name} == "bad${index}" };`;
  return {
    id: `R${index}`,
    key: `R${index}`,
    text: body,
    body,
    types: [type],
    severity: 'low',
    message: 'm',
    pack: 'p',
    mode: 'enforce',
    reads: [name],
    facts: [],
    readsRoot: false,
    actions: [],
    focus: name,
    aliases: [],
    alternatives: [],
  };
}

/** Returns a resource with every text property set, the first of them optionally unknown. */
function filled(type: string, open: boolean): DesiredResource {
  const values = textProperties(type).map((name, index): [string, JsonValue] => [
    name,
    open && index === 0 ? { Ref: 'Other' } : `good ${name}`,
  ]);
  return resource(type, Object.fromEntries(values));
}

/**
 * Returns the milliseconds of evaluations with this many policies after a warm-up, optionally with an unknown value in
 * each.
 */
export function decisionMilliseconds(open: boolean): number[] {
  const bundle: PolicyBundle = {
    version: 1,
    policies: Array.from({ length: policies }, (_, index) => rule(index)),
    hash: 'speed',
  };
  const engine = createEngine(bundle, lookup);
  const resources = types.map((type) => filled(type, open));
  for (const one of resources) engine.judge(request, [one], 'admission');
  return Array.from({ length: 5 }, () => resources)
    .flat()
    .map((one) => {
      const start = performance.now();
      engine.judge(request, [one], 'admission');
      return performance.now() - start;
    });
}
