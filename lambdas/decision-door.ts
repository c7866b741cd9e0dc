import { handle } from '../lib/runtime/handler.ts';
import * as services from '../lib/runtime/services.ts';
import { doorEvent } from '../lib/tasks/door/call.ts';
import { decisionDoor } from '../lib/tasks/door/front-door.ts';

/** Behind a function URL that accepts only signed requests. */
export const handler = handle(
  'decision-door',
  doorEvent,
  (event, { account }) =>
    decisionDoor(
      {
        ledger: services.ledger(),
        documents: services.documents(),
        publisher: services.publisher(),
        tokens: services.tokens(),
        settings: services.settings(),
        findRole: (name) => services.roles().find(name),
        account,
      },
      event,
    ),
  ({ statusCode }) => ({ DoorDenied: statusCode === 403 ? 1 : 0 }),
);
