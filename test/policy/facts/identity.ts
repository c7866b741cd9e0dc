import type { FactCase } from './case.ts';

export const identityCases: Record<string, FactCase[]> = {};
