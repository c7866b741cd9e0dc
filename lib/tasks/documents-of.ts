import type { Documents } from '../documents/documents.ts';
import type { HashedPlan, Plan } from '../model/plan.ts';

/** Stores a plan under its own hash: the hash of a plan is that of its document. */
export async function putPlan(documents: Documents, { hash, ...plan }: HashedPlan): Promise<string> {
  const stored = await documents.put(plan);
  if (stored !== hash)
    throw new Error(`The plan says its hash is ${hash}; its document hashes to ${stored}.`);
  return hash;
}

export async function getPlan(documents: Documents, hash: string): Promise<HashedPlan> {
  return { ...(await documents.get<Plan>(hash)), hash };
}
