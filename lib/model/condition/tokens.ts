import { ConditionError } from './errors.ts';

export type Token =
  | { kind: 'number'; value: number }
  | { kind: 'text'; value: string }
  | { kind: 'name'; value: string }
  | { kind: 'sign'; value: string }
  | { kind: 'end'; value: '' };

/** The longest condition. */
const lengthMax = 2_000;

const pattern =
  /\s+|(?<number>(?:\d[\d_]*)?\.?\d[\d_]*(?:[eE][+-]?\d+)?)|(?<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?<name>[A-Za-z_$][\w$]*)|(?<sign>\?\?|\?\.|\*\*|&&|\|\||[=!<>]=|[-+*/%^<>!?:,.()[\]{}#])|(?<other>.)/gsy;

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };

/** Splits a condition into tokens. Throws ConditionError at a character that begins none. */
export function tokensOf(condition: string): Token[] {
  if (condition.length > lengthMax)
    throw new ConditionError(
      `the condition has ${condition.length} characters; expected at most ${lengthMax}`,
    );
  const tokens = [...condition.matchAll(pattern)].flatMap(({ groups = {} }): Token[] => {
    if (groups.number !== undefined)
      return [{ kind: 'number', value: Number(groups.number.replaceAll('_', '')) }];
    if (groups.text !== undefined) return [{ kind: 'text', value: unquoted(groups.text) }];
    if (groups.name !== undefined) return [{ kind: 'name', value: groups.name }];
    if (groups.sign !== undefined) return [{ kind: 'sign', value: groups.sign }];
    if (groups.other !== undefined)
      throw new ConditionError(`unexpected ${JSON.stringify(groups.other)} in ${condition}`);
    return [];
  });
  return [...tokens, { kind: 'end', value: '' }];
}

function unquoted(quoted: string): string {
  return quoted.slice(1, -1).replace(/\\(.)/gs, (_, char: string) => escapes[char] ?? char);
}
