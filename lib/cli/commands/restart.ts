import { actOn } from '../act-on.ts';

export const run = actOn('restart');
