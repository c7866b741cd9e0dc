import { directShift } from '../direct-shift.ts';

export const run = directShift('pause');
