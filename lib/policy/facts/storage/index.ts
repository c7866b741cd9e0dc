import type { Fact } from '../fact.ts';
import { deniesInsecureTransport } from './denies-insecure-transport.ts';
import { replicates } from './replicates.ts';

export const storageFacts: readonly Fact[] = [deniesInsecureTransport, replicates];
