import { hashOf } from '../../model/json.ts';

/** Idempotency token of the provider call of a step: derived, so that a call repeated after a crash is the same. */
export function clientTokenOf(runId: string, index: number, failures: number): string {
  return hashOf([runId, index, failures]).slice(0, 64);
}
