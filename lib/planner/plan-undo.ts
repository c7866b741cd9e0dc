import type { JsonObject } from '../model/json.ts';
import type { HashedPlan } from '../model/plan.ts';
import type { StepStatus } from '../model/run.ts';
import type { TypeLookup } from '../model/spec.ts';

/** What a run did to one step's resource. */
export interface StepOutcome {
  stepId: string;
  status: StepStatus;
  /** Identifier the resource has now (create, replace) or had (update, delete). */
  identifier?: string;
  /** The asset as the step left it. */
  assetId?: string;
  assetVersion?: number;
  /** Live properties just before the step ran. */
  preImage?: JsonObject;
  /** What the inventory held as desired, and as applied, before. */
  previousDesired?: JsonObject;
  previousApplied?: JsonObject;
}

export interface UndoInput {
  plan: HashedPlan;
  outcomes: StepOutcome[];
  requestId: string;
  /** The run that is undone. */
  runId: string;
  lookup: TypeLookup;
}

export function planUndo(input: UndoInput): HashedPlan {
  throw new Error(`not yet: ${input.requestId}`);
}
