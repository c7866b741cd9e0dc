// The public interface of rehearsal: pure, and based on the types of lib/model and the planner.
export { type LiveResource, type RehearsalInput, rehearse } from './rehearse.ts';
