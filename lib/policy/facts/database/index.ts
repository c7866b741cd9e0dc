import type { Fact } from '../fact.ts';
import { logsWithGroup } from './logs-with-group.ts';

export const databaseFacts: readonly Fact[] = [logsWithGroup];
