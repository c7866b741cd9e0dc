/** A parsed condition. */
export type Node =
  | { kind: 'value'; value: string | number | boolean | null }
  /** The measured value. */
  | { kind: 'result' }
  /** The element that a predicate is evaluated on: `#`. */
  | { kind: 'element' }
  | { kind: 'list'; items: Node[] }
  | { kind: 'member'; of: Node; key: Node; optional: boolean }
  | { kind: 'unary'; sign: string; of: Node }
  | { kind: 'binary'; sign: string; left: Node; right: Node }
  | { kind: 'choice'; test: Node; yes: Node; no: Node }
  | { kind: 'call'; name: string; of: Node[] };

/** Binary operators by how strongly they bind, as in the Expr language (expr-lang, parser/operator). */
export const precedence: Readonly<Record<string, number>> = {
  ...{ '||': 10, or: 10, '&&': 15, and: 15 },
  ...{ '==': 20, '!=': 20, '<': 20, '>': 20, '<=': 20, '>=': 20 },
  ...{ in: 20, 'not in': 20, contains: 20, startsWith: 20, endsWith: 20 },
  ...{ '+': 30, '-': 30, '*': 60, '/': 60, '%': 60, '^': 100, '**': 100, '??': 500 },
};

export const rightAssociative: ReadonlySet<string> = new Set(['^', '**']);
