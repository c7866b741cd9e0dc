import { describe, expect, test } from 'vitest';
import { machines, type State } from './rendered-machines.ts';

/** What output says nothing, and why. */
const silent: Record<string, string> = {
  RegisterAsset: 'the last state of a child: the map gathers the outputs of 10,000 in one state',
  Noted: 'the last state of a child',
};

/** Verbs that name tasks. */
const verbs =
  /^(Admit|Apply|Await|Begin|Close|Count|Evaluate|Find|Lock|Open|Perform|Plan|Pump|Record|Register|Rehearse|Repeat|Revalidate|Settle|Undo)(?=[A-Z]|$)/;

/** All outputs that a state may have: a choice has one for each rule. */
function outputsOf({ Type, Output, Choices = [] }: State): unknown[] {
  return Type === 'Choice' ? [Output, ...Choices.map((rule) => rule.Output)] : [Output];
}

function saysNothing(output: unknown): boolean {
  if (typeof output === 'string') return output === '{% $states.input %}';
  return output === undefined || Object.keys(output as object).length === 0;
}

for (const [machine, states] of machines) {
  describe(`${machine}: every state`, () => {
    test('says what it is for; a choice asks', () => {
      expect(states.length).toBeGreaterThan(2);
      const wrong = states.filter(([, { Type, Comment = '' }]) =>
        Type === 'Choice' ? !Comment.endsWith('?') : Comment === '' || Comment.endsWith('?'),
      );
      expect(wrong.map(([name]) => name)).toEqual([]);
    });

    test('has a name that is a verb, if it is a task', () => {
      const tasks = states.filter(([, { Type }]) => Type === 'Task').map(([name]) => name);
      expect(tasks.length).toBeGreaterThan(0);
      expect(tasks.filter((name) => !verbs.test(name))).toEqual([]);
    });

    test('says what happened, by its output or by its error and cause', () => {
      const mute = states
        // Nothing happens while it waits: the next state needs what came before.
        .filter(([name, { Type }]) => Type !== 'Wait' && silent[name] === undefined)
        .filter(([, state]) =>
          state.Type === 'Fail' ? !state.Error || !state.Cause : outputsOf(state).some(saysNothing),
        );
      expect(mute.map(([name]) => name)).toEqual([]);
    });
  });
}

test('states that output nothing are the last of their children, and are there', () => {
  const all = [...machines.values()].flat();
  for (const name of Object.keys(silent))
    expect(all.filter(([found]) => found === name).map(([, { Output }]) => Output)).toEqual([{}]);
});
