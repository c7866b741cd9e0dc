import { governance } from '../lib/runtime/governance.ts';
import { handle } from '../lib/runtime/handler.ts';
import * as services from '../lib/runtime/services.ts';
import { doorEvent } from '../lib/tasks/door/call.ts';
import { frontDoor } from '../lib/tasks/door/front-door.ts';

/** Behind a function URL that accepts only signed requests. */
export const handler = handle(
  'front-door',
  doorEvent,
  (event, place) =>
    frontDoor(
      {
        ledger: services.ledger(),
        publisher: services.publisher(),
        settings: services.settings(),
        governance,
        findRole: (name) => services.roles().find(name),
        documents: services.documents(),
        lookup: services.lookup(),
        place,
        account: place.account,
      },
      event,
    ),
  ({ statusCode }) => ({ DoorDenied: statusCode === 403 ? 1 : 0 }),
);
