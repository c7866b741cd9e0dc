import { Data } from '../data.ts';
import type { ParallelState } from '../definition.ts';
import type { Strand } from '../engine.ts';
import { StateFailure } from '../errors.ts';
import type { Outcome } from '../progress.ts';
import { withRecovery } from '../recovery.ts';
import type { Scope } from '../scope.ts';
import { abortedEvent, innerStrand, type Nest } from '../strands.ts';
import type { Visit } from '../visit.ts';

/** Runs all branches concurrently. The first failure cancels the others. */
export async function runParallel(visit: Visit<ParallelState>, nest: Nest): Promise<Outcome> {
  return await withRecovery(visit, async () => {
    const { trail } = visit.strand;
    try {
      return await runBranches(visit, nest);
    } catch (error) {
      if (error instanceof StateFailure && error.error !== 'States.Runtime') trail.add('ParallelStateFailed');
      throw error;
    }
  });
}

async function runBranches(visit: Visit<ParallelState>, nest: Nest): Promise<Data> {
  const { state, strand, position } = visit;
  const kept = position.inside?.kind === 'branches' ? position.inside : undefined;
  const input = kept?.input ?? (await branchInput(visit));
  const startedId = kept?.startedId ?? strand.trail.add('ParallelStateStarted');
  strand.trail.goOnFrom(startedId);
  const scope = strand.scope.child();
  const inners = state.branches.map((_, index) => innerStrand(strand, scope, kept?.strands[index]));
  position.inside = { kind: 'branches', input, startedId, strands: inners.map(({ progress }) => progress) };
  try {
    const outputs = await Promise.all(
      inners.map(async (inner, index) => {
        const branch = state.branches[index] ?? { startAt: '', states: new Map() };
        const output = await nest(inner, branch, input).catch((error: unknown) =>
          cut(strand, inner, scope, inners, error),
        );
        strand.trail.last = inner.trail.last;
        return output.value;
      }),
    );
    strand.trail.aside('ParallelStateSucceeded');
    return Data.of(outputs);
  } finally {
    scope.close();
  }
}

async function branchInput(visit: Visit<ParallelState>): Promise<Data> {
  const template = visit.state.arguments;
  if (template === undefined) return visit.input;
  const input = Data.of(await visit.evaluate(template, visit.bindings()));
  if (input.isTooLarge) throw visit.tooLarge('input');
  return input;
}

/**
 * The first branch that fails aborts the others. Each aborted state, including the failed task's own, is recorded after
 * the failure, and ParallelStateFailed also follows the failure (as recorded from AWS).
 */
function cut(strand: Strand, failed: Strand, scope: Scope, branches: Strand[], error: unknown): never {
  if (!(error instanceof StateFailure) || scope.canceled) throw error;
  strand.trail.last = failed.trail.last;
  for (const branch of error.error === 'States.Runtime' ? [] : branches) {
    const aborted = abortedEvent(branch);
    if (aborted !== undefined) strand.trail.aside(aborted);
  }
  scope.cancel();
  throw error;
}
