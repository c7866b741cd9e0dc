import type { FactCase } from './case.ts';

export const databaseCases: Record<string, FactCase[]> = {};
