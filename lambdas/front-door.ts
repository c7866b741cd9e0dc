import { governance } from '../lib/runtime/governance.ts';
import * as services from '../lib/runtime/services.ts';
import { frontDoor } from '../lib/tasks/door/front-door.ts';

/** Behind a function URL that takes signed requests alone. */
export async function handler(event: unknown, { invokedFunctionArn }: { invokedFunctionArn: string }) {
  const [, , , region = '', account = ''] = invokedFunctionArn.split(':');
  return frontDoor(
    {
      ledger: services.ledger(),
      publisher: services.publisher(),
      settings: services.settings(),
      governance,
      findRole: (name) => services.roles().find(name),
      documents: services.documents(),
      lookup: services.lookup(),
      place: { account, region },
      account,
    },
    event,
  );
}
