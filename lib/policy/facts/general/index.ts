import type { Fact } from '../fact.ts';
import { filled } from './filled.ts';

export const generalFacts: readonly Fact[] = [filled];
