import * as services from '../lib/services.ts';
import { frontDoor } from '../lib/tasks/front-door.ts';

/** Behind a function URL that takes signed requests alone. */
export async function handler(event: unknown, { invokedFunctionArn }: { invokedFunctionArn: string }) {
  return frontDoor(
    {
      ledger: services.ledger(),
      publisher: services.publisher(),
      settings: services.settings(),
      findRole: (name) => services.roles().find(name),
      account: invokedFunctionArn.split(':')[4] ?? '',
    },
    event,
  );
}
