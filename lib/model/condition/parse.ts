import { ConditionError } from './errors.ts';
import { functionNames, predicates } from './functions.ts';
import { type Node, precedence, rightAssociative } from './syntax.ts';
import { type Token, tokensOf } from './tokens.ts';

/** Deeper conditions are refused: the parser calls itself. */
const depthMax = 100;
const literals: Readonly<Record<string, boolean | null>> = {
  true: true,
  false: false,
  nil: null,
  null: null,
};

/** Parses a condition. Throws ConditionError with what was expected; unknown names are refused here. */
export function parseCondition(condition: string): Node {
  const tokens = tokensOf(condition);
  let at = 0;
  let depth = 0;
  let inPredicates = 0;

  const peek = (): Token => tokens[at] ?? { kind: 'end', value: '' };
  const fail = (expected: string): never => {
    const found = peek().kind === 'end' ? 'the end' : JSON.stringify(peek().value);
    throw new ConditionError(`expected ${expected}, found ${found} in ${condition}`);
  };
  const skip = (sign: string): boolean => {
    const { kind, value } = peek();
    const found = (kind === 'sign' || kind === 'name') && value === sign;
    if (found) at += 1;
    return found;
  };
  const expect = (sign: string): void => {
    if (!skip(sign)) fail(`"${sign}"`);
  };

  const operator = (): string | undefined => {
    const { kind, value } = peek();
    if (kind !== 'sign' && kind !== 'name') return undefined;
    if (value === 'not' && tokens[at + 1]?.value === 'in') return 'not in';
    return Object.hasOwn(precedence, value) ? value : undefined;
  };

  const expression = (binding = 0): Node => {
    if (++depth > depthMax)
      throw new ConditionError(`the condition is nested deeper than ${depthMax} levels`);
    let left = unary();
    for (let sign = operator(); sign !== undefined; sign = operator()) {
      const strength = precedence[sign] ?? 0;
      if (strength < binding) break;
      at += sign === 'not in' ? 2 : 1;
      const right = expression(rightAssociative.has(sign) ? strength : strength + 1);
      left = { kind: 'binary', sign, left, right };
    }
    if (binding === 0 && skip('?')) {
      const yes = expression();
      expect(':');
      left = { kind: 'choice', test: left, yes, no: expression() };
    }
    depth -= 1;
    return left;
  };

  const unary = (): Node => {
    if (skip('!') || skip('not')) return { kind: 'unary', sign: '!', of: expression(50) };
    if (skip('-')) return { kind: 'unary', sign: '-', of: expression(90) };
    if (skip('+')) return { kind: 'unary', sign: '+', of: expression(90) };
    return members(primary());
  };

  const primary = (): Node => {
    const token = peek();
    if (token.kind === 'number' || token.kind === 'text') {
      at += 1;
      return { kind: 'value', value: token.value };
    }
    if (token.kind === 'name') {
      at += 1;
      return named(token.value);
    }
    if (skip('(')) {
      const inner = expression();
      expect(')');
      return inner;
    }
    if (skip('[')) return { kind: 'list', items: items(']') };
    if (inPredicates > 0 && skip('#')) return { kind: 'element' };
    if (inPredicates > 0 && peek().value === '.') return { kind: 'element' };
    return fail('a value');
  };

  const named = (name: string): Node => {
    if (name === 'result') return { kind: 'result' };
    if (Object.hasOwn(literals, name)) return { kind: 'value', value: literals[name] ?? null };
    if (predicates.has(name)) return predicateCall(name);
    if (!functionNames.has(name)) throw new ConditionError(`unknown name ${name} in ${condition}`);
    expect('(');
    return { kind: 'call', name, of: items(')') };
  };

  const items = (close: string): Node[] => {
    const found: Node[] = [];
    if (skip(close)) return found;
    do found.push(expression());
    while (skip(','));
    expect(close);
    return found;
  };

  const predicateCall = (name: string): Node => {
    expect('(');
    const list = expression();
    if (!skip(',')) {
      expect(')');
      return { kind: 'call', name, of: [list] };
    }
    const braces = skip('{');
    inPredicates += 1;
    const predicate = expression();
    inPredicates -= 1;
    if (braces) expect('}');
    expect(')');
    return { kind: 'call', name, of: [list, predicate] };
  };

  const members = (of: Node): Node => {
    let node = of;
    for (;;) {
      const optional = skip('?.');
      if (optional || skip('.')) node = { kind: 'member', of: node, key: memberName(), optional };
      else if (skip('[')) {
        const key = expression();
        expect(']');
        node = { kind: 'member', of: node, key, optional: false };
      } else break;
      if (peek().value === '(' && peek().kind === 'sign') fail('no call: values have no methods');
    }
    return node;
  };

  const memberName = (): Node => {
    const token = peek();
    if (token.kind !== 'name') return fail('the name of a field');
    at += 1;
    return { kind: 'value', value: token.value };
  };

  const parsed = expression();
  if (peek().kind !== 'end') fail('an operator');
  return parsed;
}
