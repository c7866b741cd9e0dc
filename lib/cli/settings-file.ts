import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isObject, type JsonObject } from '../model/json.ts';
import { type Settings, settingsSchema } from '../model/settings.ts';
import { UsageError } from './usage-error.ts';

/**
 * Returns the settings in the checkout's `cdk.json`, or undefined without settings. @throws UsageError if they are
 * invalid
 */
export function fileSettings(directory = join(import.meta.dirname, '..', '..')): Settings | undefined {
  const file = join(directory, 'cdk.json');
  if (!existsSync(file)) return undefined;
  const { context } = JSON.parse(readFileSync(file, 'utf8')) as JsonObject;
  if (!isObject(context) || context.baton === undefined) return undefined;
  const parsed = settingsSchema.safeParse(context.baton);
  if (parsed.success) return parsed.data;
  throw new UsageError(
    parsed.error.issues.map(({ path, message }) => `${file}: context.baton.${path.join('.')}: ${message}`),
  );
}

/** Returns the environment for a request that names none. */
export function defaultEnvironment(): string | undefined {
  return fileSettings()?.defaultEnvironment;
}
