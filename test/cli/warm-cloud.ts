import { freshAssembly } from '../../lib/cli/assembly.ts';
import { type LocalCloud, type LocalCloudOptions, startLocalCloud } from '../../lib/cli/local-cloud.ts';
import { onWarmPort } from '../machines/warm-port.ts';

/** Starts a local cloud as the command line does. Its functions are warm if this process had a cloud before. */
export async function startWarmCloud(options: Partial<LocalCloudOptions> = {}): Promise<LocalCloud> {
  const assemblyDirectory = options.assemblyDirectory ?? (await freshAssembly(() => {}));
  return onWarmPort(
    (port) => startLocalCloud({ port, ...options, assemblyDirectory }),
    ({ world }) => world.endpoint,
  );
}
