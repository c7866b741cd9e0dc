import type { CapsuleStep } from '../model/change.ts';
import { ends, operations } from '../model/operations.ts';
import { shownSteps } from './plan-text.ts';
import type { Paint } from './style.ts';

/** Maximum number of lines of the tree, and of branches of one resource. The rest are counted. */
const linesMax = 20;
const branchesMax = 5;

interface Node {
  step: CapsuleStep;
  waiting: Node[];
}

/**
 * Draws the dependencies as a tree: below each resource the resources that wait for it, each once, below the dependency
 * that completes last. Empty without dependencies.
 */
export function dependencyTree(steps: readonly CapsuleStep[], paint: Paint): string[] {
  const roots = forest(steps);
  if (roots.every(({ waiting }) => waiting.length === 0)) return [];
  const lines: string[] = [];
  let drawn = 0;
  const draw = ({ step, waiting }: Node, first: string, further: string): void => {
    if (lines.length >= linesMax) return;
    const { symbol, tone } = operations[step.operation];
    lines.push(`${first}${paint(tone, symbol)} ${nameOf(step)}`);
    drawn += 1;
    const some = waiting.slice(0, waiting.length > branchesMax ? branchesMax - 1 : branchesMax);
    const more = waiting.length - some.length;
    some.forEach((node, index) => {
      const last = index === some.length - 1 && more === 0;
      draw(node, `${further}${last ? '└─ ' : '├─ '}`, `${further}${last ? '   ' : '│  '}`);
    });
    if (more > 0 && lines.length < linesMax) lines.push(paint('quiet', `${further}└─ and ${more} more`));
  };
  for (const root of widestFirst(roots)) draw(root, '  ', '  ');
  const left = shownSteps({ steps }).length - drawn;
  return left > 0
    ? [...lines, paint('quiet', `  ${left} of ${drawn + left} resources are not drawn`)]
    : lines;
}

/** Several steps of a shift change one resource: the id says which one this is. */
const nameOf = ({ id, resource, shift }: CapsuleStep): string =>
  shift === undefined ? resource : id.slice(id.indexOf(':') + 1);

function forest(steps: readonly CapsuleStep[]): Node[] {
  const nodes = new Map(shownSteps({ steps }).map((step) => [step.id, { step, waiting: [] as Node[] }]));
  const roots: Node[] = [];
  const depths = new Map<string, number>();
  const depthOf = depthIn(nodes, depths);
  for (const [id, node] of nodes) {
    const needs = needsOf(node.step, nodes);
    const latest = needs.reduce<string | undefined>(
      (best, need) => (best === undefined || depthOf(need) > depthOf(best) ? need : best),
      undefined,
    );
    depthOf(id);
    if (latest === undefined) roots.push(node);
    else nodes.get(latest)?.waiting.push(node);
  }
  for (const node of nodes.values()) node.waiting = widestFirst(node.waiting);
  return roots;
}

/** Cleanup waits for everything else, so its edges are not informative. */
function needsOf(step: CapsuleStep, nodes: ReadonlyMap<string, Node>): string[] {
  return step.dependsOn.filter((id) => {
    const other = nodes.get(id)?.step;
    return other !== undefined && ends(other) === ends(step);
  });
}

/** Returns the number of steps that must precede one. Works without recursion, because chains may be thousands long. */
function depthIn(nodes: ReadonlyMap<string, Node>, depths: Map<string, number>): (id: string) => number {
  return (root) => {
    const stack = [root];
    for (let id = stack.at(-1); id !== undefined; id = stack.at(-1)) {
      const node = nodes.get(id);
      const needs = node === undefined ? [] : needsOf(node.step, nodes);
      const open = needs.filter((need) => !depths.has(need) && !stack.includes(need));
      if (open.length > 0) stack.push(...open.slice(0, 1));
      else {
        depths.set(id, 1 + needs.reduce((most, need) => Math.max(most, depths.get(need) ?? 0), 0));
        stack.pop();
      }
    }
    return depths.get(root) ?? 0;
  };
}

function widestFirst(nodes: readonly Node[]): Node[] {
  return nodes.toSorted((a, b) => b.waiting.length - a.waiting.length);
}
