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
        state: 'Failed',
        permanence: handlerErrors[code] === 'retry' ? 'passing' : 'permanent',
        code,
        message: expect.stringMatching(/^why/),
      });
      if (handlerErrors[code] === 'ask') expect(advice[code]).toMatch(/submit again/);
    });
  it('an unknown code is not retryable', () => {
    expect(
      stateOf({ Operation: 'CREATE', OperationStatus: 'FAILED', ErrorCode: 'New' as never }),
    ).toMatchObject({ state: 'Failed', permanence: 'permanent' });
  });
  it('a deletion that reports a missing resource has failed until a read confirms it', () => {
    const event = {
      Operation: 'DELETE',
      OperationStatus: 'FAILED',
      ErrorCode: 'NotFound',
      Identifier: 'x',
    } as const;
    expect(stateOf(event)).toMatchObject({ state: 'Failed', code: 'NotFound', identifier: 'x' });
  });
});
