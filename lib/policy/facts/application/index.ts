import type { Fact } from '../fact.ts';

export const applicationFacts: readonly Fact[] = [];
