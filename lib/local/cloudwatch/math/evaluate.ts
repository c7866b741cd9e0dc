/** Evaluates metric math over a range of times. */
import { validationError } from '../input.ts';
import { type Argument, mathFunctions } from './functions.ts';
import { type Node, parseMath } from './parse.ts';
import { combined, type Grid, mapped, type Series, type Value } from './values.ts';

/** Functions that read from elsewhere than the metrics of the call, and are refused by name. */
const refused = new Map([
  ['ANOMALY_DETECTION_BAND', 'anomaly detection models'],
  ['SEARCH', 'searches'],
  ['INSIGHT_RULE_METRIC', 'Contributor Insights rules'],
  ['SERVICE_QUOTA', 'service quotas'],
  ['DB_PERF_INSIGHTS', 'Performance Insights'],
  ['LAMBDA', 'data sources of Lambda'],
]);

const truth = (yes: boolean) => (yes ? 1 : 0);
const operators: Record<string, (a: number, b: number) => number> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '^': (a, b) => a ** b,
  '==': (a, b) => truth(a === b),
  '!=': (a, b) => truth(a !== b),
  '<': (a, b) => truth(a < b),
  '>': (a, b) => truth(a > b),
  '<=': (a, b) => truth(a <= b),
  '>=': (a, b) => truth(a >= b),
  AND: (a, b) => truth(a !== 0 && b !== 0),
  OR: (a, b) => truth(a !== 0 || b !== 0),
  '&&': (a, b) => truth(a !== 0 && b !== 0),
  '||': (a, b) => truth(a !== 0 || b !== 0),
};

export interface MathContext {
  grid: Grid;
  /** The metrics of the call by id, in order: what METRICS() gives. */
  metrics: ReadonlyMap<string, Series>;
  /** The value of another expression of the call. */
  expression(id: string): Value | undefined;
}

/** Returns the value of an expression. @throws ServiceError ValidationError */
export function evaluateMath(expression: Node, context: MathContext): Value {
  const value = evaluate(expression, context);
  if (typeof value !== 'string') return value;
  throw validationError('Error in expression: it is a text.');
}

/**
 * Parses an expression.
 *
 * @throws ServiceError ValidationError, also for a function that the local cloud does not know
 */
export function readMath(expression: string): Node {
  if (/^\s*SELECT\s/i.test(expression))
    throw validationError(`The local cloud does not know Metrics Insights queries: ${expression}`);
  const visit = (node: Node): void => {
    if (node.kind === 'call') functionOf(node.name);
    for (const part of partsOf(node)) visit(part);
  };
  const root = parseMath(expression);
  visit(root);
  return root;
}

function partsOf(node: Node): Node[] {
  if (node.kind === 'binary') return [node.left, node.right];
  if (node.kind === 'negate') return [node.operand];
  if (node.kind === 'list') return node.items;
  return node.kind === 'call' ? node.args : [];
}

/** Functions are written in any case. METRICS has no row because it reads the call. */
function functionOf(name: string) {
  const upper = name.toUpperCase();
  const found = Object.hasOwn(mathFunctions, upper) ? mathFunctions[upper] : undefined;
  if (found !== undefined || upper === 'METRICS') return found;
  const what = refused.get(upper);
  throw validationError(
    what === undefined
      ? `The local cloud does not know the function ${name} of metric math.`
      : `The local cloud has no ${what}: ${upper} is refused.`,
  );
}

function evaluate(node: Node, context: MathContext): Argument {
  switch (node.kind) {
    case 'number':
    case 'text':
      return node.value;
    case 'name':
      return named(node.name, context);
    case 'negate':
      return mapped(value(node.operand, context), (one) => -one);
    case 'list':
      return node.items.flatMap((item) => {
        const one = value(item, context);
        if (typeof one === 'number')
          throw validationError('An array in an expression holds time series only.');
        return one;
      });
    case 'binary':
      return combined(
        value(node.left, context),
        value(node.right, context),
        operators[node.operator] ?? Math.max,
      );
    case 'call': {
      const apply = functionOf(node.name);
      const args = node.args.map((one) => evaluate(one, context));
      return apply === undefined ? metricsOf(args[0], context) : apply(args, context.grid);
    }
  }
}

function value(node: Node, context: MathContext): Value {
  const found = evaluate(node, context);
  if (typeof found !== 'string') return found;
  throw validationError(
    `The text ${JSON.stringify(found)} stands in an expression where a value is expected.`,
  );
}

function named(name: string, { metrics, expression }: MathContext): Argument {
  if (name === 'REPEAT' || name === 'LINEAR') return name;
  const found = metrics.get(name) ?? expression(name);
  if (found !== undefined) return found;
  throw validationError(`An expression refers to the id ${name}, which the call does not have.`);
}

/** `METRICS("errors")` gives the metrics whose id contains the text. */
function metricsOf(part: Argument | undefined, { metrics }: MathContext): Series[] {
  const text = typeof part === 'string' ? part : '';
  return [...metrics].filter(([id]) => id.includes(text)).map(([, series]) => series);
}
