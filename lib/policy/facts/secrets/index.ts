import type { Fact } from '../fact.ts';
import { authenticationMetadata } from './authentication-metadata.ts';
import { rotationScheduled } from './rotation-scheduled.ts';
import {
  passwordSources,
  redshiftPasswordSources,
  splunkTokenSources,
  userNameSources,
} from './secret-sources.ts';
import { usesManagedKey } from './uses-managed-key.ts';

export const secretsFacts: readonly Fact[] = [
  authenticationMetadata,
  passwordSources,
  redshiftPasswordSources,
  rotationScheduled,
  splunkTokenSources,
  userNameSources,
  usesManagedKey,
];
