/** Finds a function's handler in its asset and imports it separately for each function. */
import { existsSync } from 'node:fs';
import { createRequire, registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

export interface LambdaContext {
  awsRequestId: string;
  functionName: string;
  functionVersion: string;
  invokedFunctionArn: string;
  memoryLimitInMB: string;
  logGroupName: string;
  logStreamName: string;
  callbackWaitsForEmptyEventLoop: boolean;
  getRemainingTimeInMillis(): number;
}
export type Handler = (event: unknown, context: LambdaContext) => Promise<unknown>;

const nativeImport = createRequire(import.meta.url)('./native-import.cjs') as (
  url: string,
) => Promise<unknown>;
const extensions = ['.mjs', '.js', '.cjs'];
const ownQuery = /[?&](environment=[0-9a-f]+)/;
let hooked = false;

/** Returns the file of `name.handler`, or undefined if the asset doesn't contain it. */
export function handlerFile(assetDirectory: string, handler: string): string | undefined {
  const module = handler.slice(0, handler.lastIndexOf('.'));
  return extensions
    .map((extension) => join(assetDirectory, module + extension))
    .find((path) => existsSync(path));
}

/**
 * Imports the handler under a unique URL, so that functions with one asset share no module. The query is passed on to
 * the chunks that a module imports. `environmentId` is hexadecimal; functions with equal environments share it.
 */
export async function loadHandler(file: string, handler: string, environmentId: string): Promise<Handler> {
  if (!hooked) {
    hooked = true;
    registerHooks({ resolve: inheritQuery });
  }
  const exports = (await nativeImport(`${pathToFileURL(file).href}?environment=${environmentId}`)) as {
    [name: string]: unknown;
    default?: Record<string, unknown>;
  };
  const name = handler.slice(handler.lastIndexOf('.') + 1);
  const found = exports[name] ?? exports.default?.[name];
  if (typeof found !== 'function') {
    const error = new Error(`${handler} is undefined or not exported`);
    error.name = 'Runtime.HandlerNotFound';
    throw error;
  }
  return found as Handler;
}

type ResolveHook = Parameters<typeof registerHooks>[0]['resolve'];
const inheritQuery: ResolveHook = (specifier, context, nextResolve) => {
  const inherited = specifier.startsWith('.') ? ownQuery.exec(context.parentURL ?? '')?.[1] : undefined;
  const result = nextResolve(specifier, context);
  return inherited === undefined || result.url.includes('?')
    ? result
    : { ...result, url: `${result.url}?${inherited}` };
};
