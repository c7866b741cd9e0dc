/** Parses metric math. Source: CloudWatch User Guide, "Using metric math", syntax and functions. */
import { validationError } from '../input.ts';

export type Node =
  | { kind: 'number'; value: number }
  | { kind: 'text'; value: string }
  | { kind: 'name'; name: string }
  | { kind: 'list'; items: Node[] }
  | { kind: 'call'; name: string; args: Node[] }
  | { kind: 'negate'; operand: Node }
  | { kind: 'binary'; operator: string; left: Node; right: Node };

/** From the loosest to the tightest. */
const levels: readonly (readonly string[])[] = [
  ['OR', '||'],
  ['AND', '&&'],
  ['==', '!=', '<=', '>=', '<', '>'],
  ['+', '-'],
  ['*', '/'],
];

const token =
  /\s*(?:(\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+)|"([^"]*)"|'([^']*)'|([A-Za-z_][A-Za-z0-9_]*)|(\|\||&&|==|!=|<=|>=|[-+*/^<>(),[\]]))/y;

interface Token {
  kind: 'number' | 'text' | 'name' | 'sign';
  text: string;
}

function tokensOf(expression: string): Token[] {
  const tokens: Token[] = [];
  token.lastIndex = 0;
  const end = expression.trimEnd().length;
  while (token.lastIndex < end) {
    const at = token.lastIndex;
    const match = token.exec(expression);
    if (match === null)
      throw problem(expression, `unexpected ${JSON.stringify(expression.slice(at).trim()[0])}`);
    const [, number, double, single, name, sign] = match;
    if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else if (name !== undefined) tokens.push({ kind: 'name', text: name });
    else if (sign !== undefined) tokens.push({ kind: 'sign', text: sign });
    else tokens.push({ kind: 'text', text: double ?? single ?? '' });
  }
  return tokens;
}

function problem(expression: string, what: string) {
  return validationError(`Error in expression '${expression}': ${what}`);
}

/** @throws ServiceError ValidationError */
export function parseMath(expression: string): Node {
  return new Parser(expression).whole();
}

class Parser {
  private readonly expression: string;
  private readonly tokens: Token[];
  private at = 0;

  constructor(expression: string) {
    this.expression = expression;
    this.tokens = tokensOf(expression);
  }

  whole(): Node {
    const node = this.level(0);
    const rest = this.tokens[this.at];
    if (rest !== undefined) throw problem(this.expression, `unexpected ${JSON.stringify(rest.text)}`);
    return node;
  }

  private level(depth: number): Node {
    const operators = levels[depth];
    if (operators === undefined) return this.power();
    let left = this.level(depth + 1);
    for (;;) {
      const operator = this.operatorOf(operators);
      if (operator === undefined) return left;
      left = { kind: 'binary', operator, left, right: this.level(depth + 1) };
    }
  }

  private power(): Node {
    const base = this.unary();
    return this.take('^') ? { kind: 'binary', operator: '^', left: base, right: this.power() } : base;
  }

  private unary(): Node {
    if (this.take('-')) return { kind: 'negate', operand: this.power() };
    return this.primary();
  }

  private primary(): Node {
    const next = this.tokens[this.at];
    if (next === undefined) throw problem(this.expression, 'it ends too early');
    this.at += 1;
    if (next.kind === 'number') return { kind: 'number', value: Number(next.text) };
    if (next.kind === 'text') return { kind: 'text', value: next.text };
    if (next.kind === 'name') {
      return this.take('(')
        ? { kind: 'call', name: next.text, args: this.items(')') }
        : { kind: 'name', name: next.text };
    }
    if (next.text === '[') return { kind: 'list', items: this.items(']') };
    if (next.text !== '(') throw problem(this.expression, `unexpected ${JSON.stringify(next.text)}`);
    const inner = this.level(0);
    if (!this.take(')')) throw problem(this.expression, 'a closing parenthesis is missing');
    return inner;
  }

  private items(end: string): Node[] {
    const items: Node[] = [];
    if (this.take(end)) return items;
    do items.push(this.level(0));
    while (this.take(','));
    if (!this.take(end)) throw problem(this.expression, `${JSON.stringify(end)} is missing`);
    return items;
  }

  private operatorOf(operators: readonly string[]): string | undefined {
    const next = this.tokens[this.at];
    const found = operators.find((one) => next !== undefined && next.kind !== 'text' && next.text === one);
    if (found !== undefined) this.at += 1;
    return found;
  }

  private take(sign: string): boolean {
    const next = this.tokens[this.at];
    if (next?.kind !== 'sign' || next.text !== sign) return false;
    this.at += 1;
    return true;
  }
}
