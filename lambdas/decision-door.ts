import * as services from '../lib/runtime/services.ts';
import { decisionDoor } from '../lib/tasks/door/front-door.ts';

/** Behind a function URL that takes signed requests alone. */
export async function handler(event: unknown, { invokedFunctionArn }: { invokedFunctionArn: string }) {
  return decisionDoor(
    {
      ledger: services.ledger(),
      documents: services.documents(),
      publisher: services.publisher(),
      tokens: services.tokens(),
      settings: services.settings(),
      findRole: (name) => services.roles().find(name),
      account: invokedFunctionArn.split(':')[4] ?? '',
    },
    event,
  );
}
