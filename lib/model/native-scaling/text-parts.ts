import { isObject, type JsonValue } from '../json.ts';

/** A part of a text: literal, or what a reference reads from a resource. `Ref` reads the attribute ''. */
export type TextPart = string | { of: string; attribute: string };

/**
 * Returns the parts of a text that a template makes by `Ref`, `Fn::GetAtt`, `Fn::Sub` and `Fn::Join`. Undefined for
 * other functions, whose result isn't known before the resources exist.
 */
export function textPartsOf(value: JsonValue | undefined): TextPart[] | undefined {
  if (typeof value === 'string') return value.includes('{{resolve:') ? undefined : [value];
  if (typeof value === 'number') return [String(value)];
  if (!isObject(value) || Object.keys(value).length !== 1) return undefined;
  const [[name = '', argument = null] = []] = Object.entries(value);
  return readers[name]?.(argument);
}

const readers: Readonly<Record<string, (argument: JsonValue) => TextPart[] | undefined>> = {
  Ref: (of) => (typeof of === 'string' ? [{ of, attribute: '' }] : undefined),
  'Fn::GetAtt': (argument) => {
    const [of, ...rest] = Array.isArray(argument) ? argument : String(argument).split('.');
    if (typeof of !== 'string' || !rest.every((one) => typeof one === 'string')) return undefined;
    return [{ of, attribute: rest.join('.') }];
  },
  'Fn::Sub': (argument) => {
    const [text, own] = Array.isArray(argument) ? argument : [argument, {}];
    if (typeof text !== 'string') return undefined;
    const variables = isObject(own) ? own : {};
    return joined(text.split(/(\$\{[^{}]+\})/).map((part) => substituted(part, variables)));
  },
  'Fn::Join': (argument) => {
    const [separator, list] = Array.isArray(argument) ? argument : [];
    if (typeof separator !== 'string' || !Array.isArray(list)) return undefined;
    return joined(
      list.flatMap((one, at) => (at === 0 ? [textPartsOf(one)] : [[separator], textPartsOf(one)])),
    );
  },
};

function substituted(part: string, variables: Record<string, JsonValue>): TextPart[] | undefined {
  const name = /^\$\{([^{}]+)\}$/.exec(part)?.[1]?.trim();
  if (name === undefined) return [part];
  if (name.startsWith('!')) return [`\${${name.slice(1)}}`];
  if (Object.hasOwn(variables, name)) return textPartsOf(variables[name]);
  const [of = '', ...rest] = name.split('.');
  return [{ of, attribute: rest.join('.') }];
}

/** Joins parts, and literal texts that follow one another into one. */
function joined(all: readonly (TextPart[] | undefined)[]): TextPart[] | undefined {
  const parts: TextPart[] = [];
  for (const some of all) {
    if (some === undefined) return undefined;
    for (const part of some) {
      const last = parts.at(-1);
      if (typeof part === 'string' && typeof last === 'string') parts[parts.length - 1] = last + part;
      else parts.push(part);
    }
  }
  return parts.filter((part) => part !== '');
}

/** Splits a text at a separator. A reference is in one of the pieces, because names of resources don't hold it. */
export function piecesOf(parts: readonly TextPart[], separator: string): TextPart[][] {
  const pieces: TextPart[][] = [[]];
  for (const part of parts) {
    const [first = '', ...more] = typeof part === 'string' ? part.split(separator) : [];
    if (typeof part !== 'string') pieces.at(-1)?.push(part);
    else if (first !== '') pieces.at(-1)?.push(first);
    for (const piece of more) pieces.push(piece === '' ? [] : [piece]);
  }
  return pieces;
}
