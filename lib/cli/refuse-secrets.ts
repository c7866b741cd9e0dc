import type { RequestFile } from '../client/requests/submit-request.ts';
import { InvalidInput } from '../model/errors.ts';
import { anywhere, type Inputs, plainSecretProblems, readManifest } from '../request/index.ts';
import { ensureTypes, typeLookup } from '../spec/index.ts';

/**
 * Rejects a request with a plain-text secret before it is submitted. The front door rejects it too, but without a front
 * door the value would be stored in the event and in the input of an execution.
 *
 * @throws InvalidInput with every secret, or with what can't be read in the document
 */
export function refuseSecrets({ file, text }: RequestFile, inputs: Inputs): void {
  const lookup = typeLookup(ensureTypes());
  const problems = plainSecretProblems(readManifest(text, file), inputs, { ...anywhere, lookup });
  if (problems.length === 0) return;
  throw new InvalidInput(
    problems.map((problem) => ({ ...problem, message: `${problem.message}; nothing was submitted` })),
  );
}
