import type { Deployment } from '../client/deployment.ts';
import type { Paint } from './style.ts';

/** Returns the note below times of a local cloud. Empty on AWS. */
export function simulatedNote({ local }: Pick<Deployment, 'local'>, paint: Paint): string[] {
  return local ? [paint('quiet', 'Times are simulated: this is a local cloud.')] : [];
}
