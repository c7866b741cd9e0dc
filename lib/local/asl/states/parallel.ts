import { Data } from '../data.ts';
import type { ParallelState } from '../definition.ts';
import type { Strand } from '../engine.ts';
import { Cancelled, StateFailure } from '../errors.ts';
import { withRecovery } from '../recovery.ts';
import { innerStrand, type Nest, writeStateAborted } from '../strands.ts';
import type { Outcome, Visit } from '../visit.ts';

/** Runs all branches side by side; the first to fail ends the others. */
export async function runParallel(visit: Visit<ParallelState>, nest: Nest): Promise<Outcome> {
  return await withRecovery(visit, async () => {
    const { trail } = visit.strand;
    try {
      return await runBranches(visit, nest);
    } catch (error) {
      if (error instanceof StateFailure) trail.add('ParallelStateFailed');
      throw error;
    }
  });
}

async function runBranches(visit: Visit<ParallelState>, nest: Nest): Promise<Data> {
  const { state, strand } = visit;
  const input = await branchInput(visit);
  strand.trail.add('ParallelStateStarted');
  const scope = strand.scope.child();
  const branches = state.branches.map((branch) => ({ branch, inner: innerStrand(strand, scope) }));
  try {
    const outputs = await Promise.all(
      branches.map(async ({ branch, inner }) => {
        const output = await nest(inner, branch, input);
        strand.trail.last = inner.trail.last;
        return output.value;
      }),
    );
    strand.trail.aside('ParallelStateSucceeded');
    return Data.of(outputs);
  } catch (error) {
    if (!(error instanceof Cancelled) && !strand.scope.cancelled) {
      abortBranches(
        strand,
        branches.map(({ inner }) => inner),
      );
    }
    scope.cancel();
    throw error;
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

/** Every branch that has not ended is in some state: that state was aborted, the failed one included. */
function abortBranches(strand: Strand, branches: Strand[]): void {
  for (const inner of branches) writeStateAborted(inner);
  strand.trail.last = Math.max(...branches.map(({ trail }) => trail.last));
}
