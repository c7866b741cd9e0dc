import type { Fact } from '../fact.ts';

export const databaseFacts: readonly Fact[] = [];
