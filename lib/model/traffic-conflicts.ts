import { ConditionError } from './condition/errors.ts';
import { parseCondition } from './condition/parse.ts';
import { isObject, type JsonObject } from './json.ts';
import { strategyOf } from './traffic-strategy.ts';

type Conflict = [path: PropertyKey[], message: string];

/**
 * Returns what does not fit together in a traffic policy, each with its path. Takes what was declared, because fields may
 * have problems of their own.
 */
export function trafficConflicts(declared: unknown): Conflict[] {
  if (!isObject(declared)) return [];
  const { strategy, steps, metrics } = declared;
  return [
    ...strategyConflicts(strategy, steps),
    ...(Array.isArray(steps) ? stepConflicts(steps) : []),
    ...(Array.isArray(metrics) ? metrics.flatMap(metricConflicts) : []),
    ...bakeConflicts(declared),
  ];
}

function strategyConflicts(name: unknown, steps: unknown): Conflict[] {
  const strategy = typeof name === 'string' ? strategyOf(name)?.strategy : undefined;
  if (strategy === undefined) return [];
  if (strategy.listed && steps === undefined)
    return [
      [
        ['steps'],
        `expected steps, such as [{ weight: 10, bake: 5m }], because the strategy is "${name}"; or a name that says them, such as canary-10-5m`,
      ],
    ];
  if (!strategy.listed && steps !== undefined)
    return [
      [
        ['steps'],
        `expected no steps, because the strategy "${name}" says them; to list steps, use the strategy custom`,
      ],
    ];
  return [];
}

function stepConflicts(steps: readonly unknown[]): Conflict[] {
  return steps.flatMap((step, index): Conflict[] => {
    if (!isObject(step)) return [];
    const { weight, bake } = step;
    const last = steps[index - 1];
    const before = isObject(last) ? last.weight : 0;
    const found: Conflict[] = [];
    if (typeof weight === 'number' && typeof before === 'number' && index > 0 && weight <= before)
      found.push([
        ['steps', index, 'weight'],
        `expected more than the step before (${before}), got ${weight}`,
      ]);
    if (bake === undefined && weight !== 100)
      found.push([
        ['steps', index, 'bake'],
        'expected a bake time, such as 10m: a step without one is never analyzed',
      ]);
    return found;
  });
}

/** Each request counts for itself: any statistic but the sum is 1, however many there are. */
const counts = /^(?:RequestCount|HTTPCode_\w+|\w+ErrorCount)$/;
const loadBalancers: readonly unknown[] = [undefined, 'AWS/ApplicationELB'];

/**
 * "The most useful statistic is Sum. Note that Minimum, Maximum, and Average all return 1" ("CloudWatch metrics for your
 * Application Load Balancer", Elastic Load Balancing User Guide).
 */
function countConflicts({ metric, namespace, statistic = 'Average' }: JsonObject, index: number): Conflict[] {
  if (typeof metric !== 'string' || !counts.test(metric) || !loadBalancers.includes(namespace)) return [];
  if (['Sum', 'SampleCount'].includes(String(statistic))) return [];
  const message = `expected Sum, because ${metric} counts: its ${String(statistic)} is 1 in every minute, so that no rule notices more`;
  return [[['metrics', index, 'statistic'], message]];
}

function metricConflicts(metric: unknown, index: number): Conflict[] {
  return isObject(metric) ? [...countConflicts(metric, index), ...eitherConflicts(metric, index)] : [];
}

function eitherConflicts(metric: JsonObject, index: number): Conflict[] {
  const either: Record<string, [string, string]> = {
    threshold: ['above', 'below'],
    condition: ['success', 'failure'],
  };
  const [one, other] = either[String(metric.kind)] ?? [];
  if (one === undefined || other === undefined) return [];
  if (metric[one] === undefined && metric[other] === undefined)
    return [[['metrics', index], `expected ${one}, ${other} or both`]];
  return metric.kind === 'condition'
    ? [one, other].flatMap((name) => unreadable(metric[name], index, name))
    : [];
}

/** During a shift, a condition that can't be read would only look like missing data. */
function unreadable(condition: unknown, index: number, name: string): Conflict[] {
  if (typeof condition !== 'string' || condition === '') return [];
  try {
    parseCondition(condition);
    return [];
  } catch (error) {
    if (!(error instanceof ConditionError)) throw error;
    return [[['metrics', index, name], `expected a condition, such as result < 0.01: ${error.message}`]];
  }
}

/** What is to be analyzed needs a time in which it is. */
function bakeConflicts({ strategy, steps, bake, alarms, metrics }: Record<string, unknown>): Conflict[] {
  const analyzed = [alarms, metrics].some((rules) => Array.isArray(rules) && rules.length > 0);
  const named = typeof strategy === 'string' ? strategyOf(strategy)?.steps : undefined;
  if (!analyzed || named === undefined || bake !== undefined || steps !== undefined) return [];
  return named.length > 0 && named.every(({ bakeSeconds }) => bakeSeconds === 0)
    ? [[['bake'], `expected a bake time, such as 10m: "${strategy}" leaves no time for alarms and metrics`]]
    : [];
}
