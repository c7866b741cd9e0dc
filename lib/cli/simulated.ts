import type { Deployment } from '../client/deployment.ts';
import type { Paint } from './style.ts';

/** What is said below times of a local cloud; nothing on AWS. */
export function simulatedNote({ local }: Pick<Deployment, 'local'>, paint: Paint): string[] {
  return local ? [paint('quiet', 'Times are simulated: this is a local cloud.')] : [];
}
