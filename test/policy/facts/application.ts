import type { FactCase } from './case.ts';

export const applicationCases: Record<string, FactCase[]> = {};
