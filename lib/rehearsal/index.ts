// The front door of rehearsal: pure, over lib/model's types and the planner.
export { type LiveResource, type RehearsalInput, rehearse } from './rehearse.ts';
