import type { Fact } from '../fact.ts';
import { openToWorld } from './open-to-world.ts';

export const networkFacts: readonly Fact[] = [openToWorld];
