import type { Fact } from '../fact.ts';
import { environmentVariableNames } from './environment-variable-names.ts';
import { s3DataEvents } from './s3-data-events.ts';
import { sourceUrlsWithCredentials } from './source-urls-with-credentials.ts';

export const applicationFacts: readonly Fact[] = [
  environmentVariableNames,
  s3DataEvents,
  sourceUrlsWithCredentials,
];
