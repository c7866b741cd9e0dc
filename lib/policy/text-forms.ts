import { isObject, type JsonObject, type JsonValue } from '../model/json.ts';
import { isAbsent } from './unknown.ts';

/** One known character, or any number of characters of a class. */
type Item = string | RegExp;

/** The possible forms of an unknown text: one of several sequences of items. */
export type TextForm = Item[][];

/** Logical ids of resources whose Ref is a name, an id or an ARN. */
export type Named = ReadonlySet<string>;

const anything = /[\s\S]/;

/** More alternatives than this are not worth tracking. */
const mostAlternatives = 16;

/** The forms of pseudo parameters ("Pseudo parameters reference", CloudFormation User Guide). */
const pseudoParameters: Record<string, Item[]> = {
  'AWS::AccountId': [/\d/],
  'AWS::Partition': [...'aws', /[a-z-]/],
  'AWS::Region': [/[a-z0-9-]/],
  'AWS::StackId': [...'arn:', anything],
  'AWS::StackName': [/[A-Za-z0-9-]/],
  'AWS::URLSuffix': [/[a-z0-9.-]/],
};

const unknownText: TextForm = [[anything]];

function literal(text: string): TextForm {
  const pieces = text.split(/\{\{resolve:.*?\}\}/);
  return [pieces.flatMap((piece, index) => (index > 0 ? [anything, ...piece] : [...piece]))];
}

function reference(name: string, named: Named): TextForm {
  const pseudo = Object.hasOwn(pseudoParameters, name) ? pseudoParameters[name] : undefined;
  if (pseudo) return [pseudo];
  return named.has(name) ? [[/[^*?]/]] : unknownText;
}

/** An attribute whose name ends in Arn contains an ARN. The form of other attributes is unknown. */
function attribute(path: string): TextForm {
  return path.endsWith('Arn') ? [[...'arn:', anything]] : unknownText;
}

function concatenated(parts: TextForm[]): TextForm {
  let all: TextForm = [[]];
  for (const part of parts) {
    all = all.flatMap((start) => part.map((end) => [...start, ...end]));
    if (all.length > mostAlternatives) return unknownText;
  }
  return all;
}

function substituted(template: string, variables: JsonObject, named: Named): TextForm {
  const pieces = template.split(/(\$\{[^}]*\})/);
  return concatenated(
    pieces.map((piece) => {
      const name = /^\$\{([^}]*)\}$/.exec(piece)?.[1]?.trim();
      if (name === undefined) return literal(piece);
      if (name.startsWith('!')) return literal(`\${${name.slice(1)}}`);
      const variable = Object.hasOwn(variables, name) ? variables[name] : undefined;
      if (variable !== undefined) return textForm(variable, named);
      return name.includes('.') ? attribute(name) : reference(name, named);
    }),
  );
}

function joined(separator: string, parts: JsonValue[], named: Named): TextForm {
  return concatenated(
    parts.flatMap((part, index) => [...(index > 0 ? [literal(separator)] : []), textForm(part, named)]),
  );
}

/** Intrinsic functions whose results have a partly known form. */
const functions: Record<string, (argument: JsonValue, named: Named) => TextForm> = {
  Ref: (name, named) => (typeof name === 'string' ? reference(name, named) : unknownText),
  'Fn::GetAtt': (path) => {
    const last = Array.isArray(path) ? path.at(-1) : path;
    return typeof last === 'string' ? attribute(last) : unknownText;
  },
  'Fn::If': (argument, named) => {
    const branches = Array.isArray(argument) ? argument.slice(1) : [null];
    // A branch that removes the property leaves no text, so the form is unknown.
    return branches.some(isAbsent) ? unknownText : branches.flatMap((branch) => textForm(branch, named));
  },
  'Fn::Join': (argument, named) => {
    const [separator, parts] = Array.isArray(argument) ? argument : [];
    return typeof separator === 'string' && Array.isArray(parts)
      ? joined(separator, parts, named)
      : unknownText;
  },
  'Fn::Sub': (argument, named) => {
    const [template, variables] = Array.isArray(argument) ? argument : [argument];
    return typeof template === 'string'
      ? substituted(template, isObject(variables) ? variables : {}, named)
      : unknownText;
  },
};

/**
 * Returns what is known about a partly unknown text: `{"Fn::Sub": "arn:${AWS::Partition}:s3:::logs"}` begins with
 * `arn:aws`. A value that might not be text can be anything.
 * @param named resources whose Ref contains no wildcard; any other Ref may be to a parameter
 */
export function textForm(value: JsonValue, named: Named = new Set()): TextForm {
  if (typeof value === 'string') return literal(value);
  if (typeof value === 'number' || typeof value === 'boolean') return literal(String(value));
  const [name, ...others] = isObject(value) ? Object.keys(value) : [];
  if (!isObject(value) || name === undefined || others.length > 0) return unknownText;
  const own = Object.hasOwn(functions, name) ? functions[name] : undefined;
  const form = own?.(value[name] ?? null, named) ?? unknownText;
  return form.length > mostAlternatives ? unknownText : form;
}

/** Returns the texts that a Cedar `like` pattern matches: `Wildcard` and `{Literal: text}` in its syntax tree. */
export function patternForm(pattern: JsonValue[]): TextForm {
  return [
    pattern.flatMap((part): Item[] =>
      isObject(part) && typeof part.Literal === 'string' ? [...part.Literal] : [anything],
    ),
  ];
}

function canMeet(left: Item[], right: Item[]): boolean {
  const seen = new Map<string, boolean>();
  const meet = (at: number, other: number): boolean => {
    const key = `${at} ${other}`;
    const before = seen.get(key);
    if (before !== undefined) return before;
    const one = left[at];
    const two = right[other];
    let met: boolean;
    if (one === undefined && two === undefined) met = true;
    else if (one instanceof RegExp) {
      const taken = typeof two === 'string' ? one.test(two) : two !== undefined;
      met = meet(at + 1, other) || (taken && meet(at, other + 1));
    } else if (two instanceof RegExp) {
      met = meet(at, other + 1) || (one !== undefined && two.test(one) && meet(at + 1, other));
    } else met = one === two && meet(at + 1, other + 1);
    seen.set(key, met);
    return met;
  };
  return meet(0, 0);
}

/** Tells whether some text has both forms. Character classes are assumed to overlap. */
export function canBeEqual(left: TextForm, right: TextForm): boolean {
  return left.some((one) => right.some((two) => canMeet(one, two)));
}

/** Tells whether the items of the sequence are exactly the wanted characters. */
function isText(items: Item[], wanted: Item[]): boolean {
  return items.length === wanted.length && items.every((item, index) => item === wanted[index]);
}

/**
 * Tells whether every text of the form matches the pattern. Checks only patterns with one wildcard, and returns false
 * for others.
 */
export function surelyMatches(form: TextForm, pattern: TextForm): boolean {
  const [items = []] = pattern;
  const wildcard = items.findIndex((item) => item instanceof RegExp);
  const start = items.slice(0, wildcard);
  const end = items.slice(wildcard + 1);
  if (wildcard < 0 || end.some((item) => item instanceof RegExp)) return false;
  return form.every(
    (run) =>
      run.length >= start.length + end.length &&
      isText(run.slice(0, start.length), start) &&
      isText(run.slice(run.length - end.length), end),
  );
}
