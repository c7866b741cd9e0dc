import { hashOf } from '../../model/json.ts';

/**
 * Returns the idempotency token of a step's provider call. It is derived, so a call that is repeated after a crash has
 * the same token.
 */
export function clientTokenOf(runId: string, index: number, failures: number): string {
  return hashOf([runId, index, failures]).slice(0, 64);
}
