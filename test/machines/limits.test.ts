import { afterAll, beforeAll, expect, it } from 'vitest';
import { stories } from '../sample.ts';
import { manifest, openPlayground, type Playground } from './playground.ts';

/** Number of resources in the large plan: chains of ten. */
const size = 300;

/** The design's limit for a state in bytes. AWS allows 256 KiB. */
const largestState = 64 * 1024;

stories(`a plan of ${size} steps`, () => {
  let play: Playground;
  beforeAll(async () => {
    play = await openPlayground();
    const lines = Array.from({ length: size }, (_, n) => {
      const needs = n % 10 === 0 ? '' : ` DependsOn: [T${n - 1}],`;
      return `  T${n}: { Type: AWS::SNS::Topic,${needs} Properties: { TopicName: large-${n} } }`;
    });
    await play.submit('large-r', manifest('large', `Resources:\n${lines.join('\n')}`));
  });
  afterAll(() => play.close());

  const executions = () => [...play.world.services.stepFunctions.executions.values()];
  const transitionsOf = (fits: (name: string, isChild: boolean) => boolean) =>
    executions()
      .filter(({ stateMachineName, mapRunArn }) => fits(stateMachineName, mapRunArn !== undefined))
      .reduce((sum, { stateTransitions }) => sum + stateTransitions, 0);

  it('completes, with each resource created once', async () => {
    expect(await play.ending('large-r')).toMatchObject({ status: 'Completed' });
    expect(play.calls.length).toBe(size);
    expect(await play.findings('large', 'large-r')).toEqual([]);
  });

  it('keeps every state far below the limit', () => {
    const sizes = executions().flatMap(({ history }) =>
      history.events.map((event) => Buffer.byteLength(JSON.stringify(event))),
    );
    expect(sizes.length).toBeGreaterThan(size);
    expect(Math.max(...sizes)).toBeLessThan(largestState);
  });

  it('takes at most three transitions for each resource, plus the fixed ones and the pump’s', () => {
    expect(transitionsOf((_, isChild) => isChild)).toBeLessThanOrEqual(3 * size);
    const fixed = transitionsOf((name, isChild) => !isChild && name !== 'baton-pump-run');
    expect(fixed).toBeLessThan(60);
  });

  it('takes at most three transitions of the pump for each completion', () => {
    expect(transitionsOf((name) => name === 'baton-pump-run')).toBeLessThanOrEqual(3 * size);
  });

  it('stays within five creates a second', () => {
    const times = play.calls.map(({ atSeconds }) => atSeconds).sort((a, b) => a - b);
    for (const [index, from] of times.entries()) {
      const sixth = times[index + 10];
      if (sixth !== undefined) expect(sixth - from).toBeGreaterThanOrEqual(1 - 1e-6);
    }
  });
});
