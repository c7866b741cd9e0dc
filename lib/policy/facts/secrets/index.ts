import type { Fact } from '../fact.ts';

export const secretsFacts: readonly Fact[] = [];
