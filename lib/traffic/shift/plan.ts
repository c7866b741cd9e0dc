/** The plan of a shift is part of a governed plan, which everything reads. */
export { planShift } from '../../model/plan-shift.ts';
export type { ShiftPlan } from '../../model/traffic-shift.ts';
