import type { Fact } from '../fact.ts';
import { deniesInsecureTransport } from './denies-insecure-transport.ts';

export const storageFacts: readonly Fact[] = [deniesInsecureTransport];
