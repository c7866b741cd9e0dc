import { CannotReach } from './errors.ts';

/** Messages for the names of SDK errors. */
const meanings: Record<string, (where: string) => string> = {
  ECONNREFUSED: (where) => `nothing listens at ${where}; start a local cloud with \`npx baton local up\``,
  ENOTFOUND: (where) => `${where} has no address; check AWS_ENDPOINT_URL, AWS_REGION and the network`,
  ParameterNotFound: (where) =>
    `Baton is not deployed in ${where}: there is no parameter /baton/config; deploy it with \`npx cdk deploy\``,
  CredentialsProviderError: (where) =>
    `there are no AWS credentials for ${where}; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE`,
  ExpiredTokenException: () => 'the AWS credentials have expired; sign in again',
  UnrecognizedClientException: (where) => `the AWS credentials are not known at ${where}`,
};

/** Returns an SDK error as a sentence with a remedy, and any other error unchanged. */
export function translateFailure(error: unknown, environment: NodeJS.ProcessEnv): unknown {
  if (!(error instanceof Error)) return error;
  const region = environment.AWS_REGION ?? environment.AWS_DEFAULT_REGION ?? 'the region';
  const where = environment.AWS_ENDPOINT_URL || region;
  const codes = [error.name, ...codesOf(error)];
  const meaning = codes.map((code) => meanings[code]).find((found) => found !== undefined);
  return meaning === undefined ? error : new CannotReach(meaning(where));
}

/**
 * Returns the codes of an error and of the errors it wraps: Node tries several addresses and wraps one error for each.
 */
function codesOf(error: Error & { code?: string; errors?: unknown[] }): string[] {
  const inner = (error.errors ?? []).flatMap((each) => (each instanceof Error ? codesOf(each) : []));
  return [...(error.code === undefined ? [] : [error.code]), ...inner];
}
