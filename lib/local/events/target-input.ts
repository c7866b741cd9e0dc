/**
 * The input of a target: the event, a constant, a part of the event, or a text built from it.
 * Source: Amazon EventBridge User Guide, "Amazon EventBridge input transformation".
 */
import { isObject, type JsonObject, type JsonValue } from '../../model/json.ts';

export interface TargetInput {
  Input?: string;
  InputPath?: string;
  InputTransformer?: { InputPathsMap?: Record<string, string>; InputTemplate: string };
}

export interface InputFacts {
  ruleArn: string;
  ruleName: string;
  ingestionTime: string;
}

/** Returns the JSON text for the target. */
export function targetInput(target: TargetInput, event: JsonObject, facts: InputFacts): string {
  if (target.Input !== undefined) return target.Input;
  if (target.InputPath !== undefined) return JSON.stringify(atPath(event, target.InputPath) ?? {});
  if (target.InputTransformer === undefined) return JSON.stringify(event);
  const variables = new Map<string, JsonValue>(Object.entries(predefined(event, facts)));
  for (const [name, path] of Object.entries(target.InputTransformer.InputPathsMap ?? {})) {
    const value = atPath(event, path);
    if (value !== undefined) variables.set(name, value);
  }
  return fill(target.InputTransformer.InputTemplate, variables);
}

function predefined(event: JsonObject, facts: InputFacts): JsonObject {
  const { detail: _detail, ...envelope } = event;
  return {
    'aws.events.rule-arn': facts.ruleArn,
    'aws.events.rule-name': facts.ruleName,
    'aws.events.event.ingestion-time': facts.ingestionTime,
    'aws.events.event.json': event,
    // The event without its detail, as in the guide.
    'aws.events.event': envelope,
  };
}

/** Reads a path such as `$.detail.items[0].name` or `$.detail-type`. The result may be any JSON. */
export function atPath(event: JsonValue, path: string): JsonValue | undefined {
  const steps = path.replace(/^\$\.?/, '').match(/\[[^\]]+\]|[^.[\]]+/g) ?? [];
  return walk(event, steps);
}

function walk(value: JsonValue | undefined, steps: string[]): JsonValue | undefined {
  const [step, ...rest] = steps;
  if (step === undefined) return value;
  const name = step.replace(/^\[['"]?|['"]?\]$/g, '');
  if (name === '*') {
    const parts = Array.isArray(value) ? value : isObject(value) ? Object.values(value) : [];
    return parts.map((part) => walk(part, rest)).filter((part) => part !== undefined);
  }
  if (Array.isArray(value)) return walk(value[Number(name)], rest);
  return isObject(value) && Object.hasOwn(value, name) ? walk(value[name], rest) : undefined;
}

/**
 * Replaces `<name>`: outside quotes with its JSON, inside quotes with its text. A name without a value becomes an empty
 * text, so that the result stays JSON.
 */
function fill(template: string, variables: Map<string, JsonValue>): string {
  let inQuotes = false;
  let result = '';
  for (let index = 0; index < template.length; index += 1) {
    const character = template.charAt(index);
    const placeholder = character === '<' ? /^<([A-Za-z0-9_.-]+)>/.exec(template.slice(index)) : null;
    if (placeholder !== null) {
      const value = variables.get(placeholder[1] ?? '');
      result += inQuotes ? quoted(value) : JSON.stringify(value ?? '');
      index += placeholder[0].length - 1;
    } else {
      if (character === '"' && !isEscaped(template, index)) inQuotes = !inQuotes;
      result += character;
    }
  }
  return asJson(result);
}

function quoted(value: JsonValue | undefined): string {
  const text = typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);
  return JSON.stringify(text).slice(1, -1);
}

function isEscaped(text: string, index: number): boolean {
  return /\\*$/.exec(text.slice(0, index))?.[0].length === undefined
    ? false
    : (/\\*$/.exec(text.slice(0, index))?.[0].length ?? 0) % 2 === 1;
}

/** A plain-text template is passed as a JSON string. */
function asJson(text: string): string {
  try {
    JSON.parse(text);
    return text;
  } catch {
    return JSON.stringify(text);
  }
}
