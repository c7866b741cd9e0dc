import { HandlerErrorCode } from '@aws-sdk/client-cloudcontrol';
import { describe, expect, it } from 'vitest';
import { stateOf } from '../../lib/providers/cloud-control.ts';
import { advice, handlerErrors } from '../../lib/providers/handler-errors.ts';

describe('every handler error code of Cloud Control', () => {
  for (const code of Object.values(HandlerErrorCode))
    it(`${code} has a remedy`, () => {
      expect(handlerErrors[code]).toMatch(/^(retry|fail|ask|adopt|gone)$/);
      const event = {
        Operation: 'CREATE',
        OperationStatus: 'FAILED',
        ErrorCode: code,
        StatusMessage: 'why',
      } as const;
      expect(stateOf(event)).toMatchObject({
        state: handlerErrors[code] === 'retry' ? 'Retry' : 'Failed',
        code,
        message: expect.stringMatching(/^why/),
      });
      if (handlerErrors[code] === 'ask') expect(advice[code]).toMatch(/submit again/);
    });
  it('a code nobody knows is no reason to try again', () => {
    expect(
      stateOf({ Operation: 'CREATE', OperationStatus: 'FAILED', ErrorCode: 'New' as never }),
    ).toMatchObject({
      state: 'Failed',
    });
  });
  it('a deletion that finds nothing, it is said, has failed until somebody has looked', () => {
    const event = {
      Operation: 'DELETE',
      OperationStatus: 'FAILED',
      ErrorCode: 'NotFound',
      Identifier: 'x',
    } as const;
    expect(stateOf(event)).toMatchObject({ state: 'Failed', code: 'NotFound', identifier: 'x' });
  });
});
