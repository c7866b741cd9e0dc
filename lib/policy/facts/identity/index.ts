import type { Fact } from '../fact.ts';
import { coversPassRole } from './covers-pass-role.ts';
import { coversWholeService } from './covers-whole-service.ts';
import { wildcardPrincipal } from './wildcard-principal.ts';

export const identityFacts: readonly Fact[] = [coversPassRole, coversWholeService, wildcardPrincipal];
