import { isObject, type JsonObject, type JsonValue } from './json.ts';
import type { TrafficMetric } from './traffic-policy.ts';
import type { ShiftStep } from './traffic-strategy.ts';
import type { Sides } from './weights/trait.ts';

/** A shift of traffic as it was approved. It makes no choices of its own: everything that decides is in here. */
export interface ShiftPlan {
  /** The asset whose weights move. */
  asset: string;
  sides: Sides;
  /** The percentage of the new side before the shift, to which it goes back. */
  original: number;
  /** Weights above the original one, in order. The last is exactly all traffic. */
  steps: readonly ShiftStep[];
  alarms: readonly string[];
  metrics: readonly TrafficMetric[];
  /** Requests that the new side must serve in a step before the step can pass. */
  minimumSamples: number;
  intervalSeconds: number;
  patienceSeconds: number;
  /** How long the losing side stays after its last weight is gone. */
  drainSeconds: number;
}

/** The part of a shift that one step of a plan performs or waits for. */
export interface StepShift {
  /** The whole shift; the same in all of its steps. References of sides and alarms are written as `${Name.Attribute}`. */
  plan: ShiftPlan;
  /**
   * For an update, the index of the weight that it sets. For a `verify` step, the weight that it analyzes: -1 before the
   * first one, and the number of weights where the losing side drains.
   */
  step: number;
  /** The failed analysis in spite of which the request shifts to the side, and its reason for that. */
  lift?: { failedAt: number; failure: string; reason: string };
}

/** References as text, and what the text stands for. */
export interface Texts {
  value: JsonValue;
  meant: ReadonlyMap<string, JsonObject>;
}

/** Writes references to other resources as text, so that weights can be compared by the names of their sides. */
export function asTexts(value: JsonValue): Texts {
  const meant = new Map<string, JsonObject>();
  const visit = (one: JsonValue): JsonValue => {
    if (Array.isArray(one)) return one.map(visit);
    if (!isObject(one)) return one;
    const text = referenceText(one);
    if (text === undefined)
      return Object.fromEntries(Object.entries(one).map(([name, inner]) => [name, visit(inner)]));
    meant.set(text, one);
    return text;
  };
  return { value: visit(value), meant };
}

/** Writes the references back in place of their text. */
export function withReferences(value: JsonValue, meant: Texts['meant']): JsonValue {
  if (typeof value === 'string') return meant.get(value) ?? value;
  if (Array.isArray(value)) return value.map((one) => withReferences(one, meant));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, withReferences(one, meant)]));
}

function referenceText(value: JsonObject): string | undefined {
  const [[name, argument] = [], ...more] = Object.entries(value);
  if (more.length > 0) return undefined;
  if (name === 'Ref' && typeof argument === 'string') return `\${${argument}}`;
  if (name !== 'Fn::GetAtt') return undefined;
  const target = Array.isArray(argument) ? argument.join('.') : String(argument);
  return `\${${target}}`;
}

const reference = /^\$\{([A-Za-z0-9]+)(?:\.([A-Za-z0-9.]+))?\}$/;

/** Returns what a text of a reference names, or undefined for any other text. */
export function referenceIn(text: string): { resource: string; attribute?: string } | undefined {
  const [, resource, attribute] = reference.exec(text) ?? [];
  if (resource === undefined) return undefined;
  return attribute === undefined ? { resource } : { resource, attribute };
}

/** Returns a side as people know it: the name of its resource, or what the service calls it. */
export function sideName(side: string): string {
  return referenceIn(side)?.resource ?? side;
}
