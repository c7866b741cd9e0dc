// The public interface of the planner. Everything is pure and based on the types of lib/model.
export { checkPlan, type PlanEvidence } from './check/check-plan.ts';
export { type Configured, type ConfigureInput, configure } from './configure.ts';
export { currentAssets } from './current-assets.ts';
export { PlanRefused, StillNeeded } from './errors.ts';
export { type Expectation, type PlanGraph, prepareGraph } from './graph.ts';
export { type DurationsSeen, durationsSeen, learnedExpectation } from './learned.ts';
export { type ChangeInput, planChange } from './plan-change.ts';
export { type DecommissionInput, planDecommission } from './plan-decommission.ts';
export { planShifts, type ShiftsInput } from './plan-shifts.ts';
export { planUndo, type StepOutcome, type UndoInput } from './plan-undo.ts';
export { planVerbs, type VerbsInput } from './plan-verbs.ts';
export { predictSeconds } from './predict.ts';
export { type Decision, type RunState, schedule } from './schedule.ts';
export {
  begunSteps,
  type JournalRecord,
  journalHash,
  stepOutcome,
  type UndoSource,
  undoDifference,
  undoFrom,
} from './undo-source.ts';
export { type UndoSpec, undoSpecOf } from './undo-spec.ts';
