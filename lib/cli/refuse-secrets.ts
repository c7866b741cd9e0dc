import type { RequestFile } from '../client/requests/submit-request.ts';
import { InvalidInput } from '../model/errors.ts';
import { anywhere, type Inputs, plainSecretProblems, readManifest } from '../request/index.ts';
import { ensureTypes, typeLookup } from '../spec/index.ts';

/**
 * Refuses a request that carries a secret as plain text before it is submitted. The front door refuses it too; on a bus
 * without one, the value would stand in the event and in the input of an execution.
 *
 * @throws InvalidInput naming every secret, or what can't be read in the document
 */
export function refuseSecrets({ file, text }: RequestFile, inputs: Inputs): void {
  const lookup = typeLookup(ensureTypes());
  const problems = plainSecretProblems(readManifest(text, file), inputs, { ...anywhere, lookup });
  if (problems.length === 0) return;
  throw new InvalidInput(
    problems.map((problem) => ({ ...problem, message: `${problem.message}; nothing was submitted` })),
  );
}
