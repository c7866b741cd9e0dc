import { parameterValues } from '../lib/providers/secrets.ts';
import { handle } from '../lib/runtime/handler.ts';
import * as services from '../lib/runtime/services.ts';
import { admit, admitInput } from '../lib/tasks/govern/admit.ts';

/** State `Admit`. */
export const handler = handle('admit', admitInput, (input) =>
  admit(
    {
      ledger: services.ledger(),
      documents: services.documents(),
      inventory: services.inventory(),
      publisher: services.publisher(),
      settings: services.settings(),
      lookup: services.lookup(),
      parameters: (names) => parameterValues(services.signedFetch(), names),
    },
    input,
  ),
);
