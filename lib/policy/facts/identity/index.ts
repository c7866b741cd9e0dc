import type { Fact } from '../fact.ts';
import { coversPassRole } from './covers-pass-role.ts';
import { coversWholeService } from './covers-whole-service.ts';

export const identityFacts: readonly Fact[] = [coversPassRole, coversWholeService];
