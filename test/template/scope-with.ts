import type { JsonObject, JsonValue } from '../../lib/model/json.ts';
import { evaluate, notYetKnown, type Scope, type TemplateProblem } from '../../lib/template/index.ts';

export interface Facts {
  values?: JsonObject;
  /** Logical ids whose values are unknown. */
  resources?: string[];
  mappings?: Record<string, JsonObject>;
  conditions?: Record<string, boolean>;
  imports?: JsonObject;
}

/** Returns a scope with only these facts. */
export function scopeWith({
  values = {},
  resources = [],
  mappings = {},
  conditions = {},
  imports = {},
}: Facts): Scope {
  return {
    ref: (name) => (resources.includes(name) ? notYetKnown : values[name]),
    attribute: (logicalId) => (resources.includes(logicalId) ? notYetKnown : undefined),
    mapping: (name) => mappings[name],
    condition: (name) => conditions[name],
    importValue: (name) => imports[name],
    azs: (region) => [`${region}a`, `${region}b`],
    names: () => [...Object.keys(values), ...resources],
  };
}

/** Returns the problems of evaluating a value. */
export function failing(value: unknown, scope: Scope): TemplateProblem[] {
  const problems: TemplateProblem[] = [];
  evaluate(value as JsonValue, { ...scope, report: (problem) => problems.push(problem) });
  return problems;
}
