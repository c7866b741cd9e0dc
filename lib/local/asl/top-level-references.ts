/**
 * Finds names that an expression reads from the top-level context. Step Functions has no such context and rejects these
 * names when the state machine is created ("Transforming data with JSONata in Step Functions", AWS Step Functions
 * Developer Guide): data comes from `$states` and variables.
 */

/** A node of JSONata's syntax tree, limited to the parts that are visited here. */
export interface SyntaxNode {
  type?: string;
  value?: unknown;
  steps?: SyntaxNode[];
  arguments?: SyntaxNode[];
  procedure?: SyntaxNode;
  expressions?: SyntaxNode[];
  expression?: SyntaxNode;
  condition?: SyntaxNode;
  then?: SyntaxNode;
  else?: SyntaxNode;
  body?: SyntaxNode;
  lhs?: SyntaxNode | [SyntaxNode, SyntaxNode][];
  rhs?: SyntaxNode;
}

/** Returns each name once, in the order in which it is read. The context item itself is `$`. */
export function topLevelReferences(root: SyntaxNode): string[] {
  const found = new Set<string>();
  collect(root, found);
  return [...found];
}

function collect(node: SyntaxNode | undefined, found: Set<string>): void {
  if (node === undefined) return;
  const name = contextName(node);
  if (name !== undefined) found.add(name);
  for (const child of childrenInContext(node)) collect(child, found);
}

function contextName({ type, value }: SyntaxNode): string | undefined {
  if (type === 'name' || type === 'wildcard' || type === 'descendant') return String(value);
  if (type !== 'variable') return undefined;
  if (value === '') return '$';
  return value === '$' ? '$$' : undefined;
}

type Children = (node: SyntaxNode) => (SyntaxNode | undefined)[];

const called: Children = (node) => [node.procedure, ...(node.arguments ?? [])];

/**
 * The parts of a node that are evaluated in the context of the whole. A later step of a path has the previous step as
 * its context.
 */
const CHILDREN: Record<string, Children> = {
  path: (node) => [node.steps?.[0]],
  function: called,
  partial: called,
  lambda: (node) => [node.body],
  bind: (node) => [node.rhs],
  transform: () => [],
  condition: (node) => [node.condition, node.then, node.else],
};

function childrenInContext(node: SyntaxNode): (SyntaxNode | undefined)[] {
  const children = CHILDREN[node.type ?? ''];
  if (children !== undefined) return children(node);
  const lhs = Array.isArray(node.lhs) ? node.lhs.flat() : [node.lhs];
  return [...lhs, node.rhs, node.expression, ...(node.expressions ?? [])];
}
