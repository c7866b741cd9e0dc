import type { FactCase } from './case.ts';

export const secretsCases: Record<string, FactCase[]> = {};
