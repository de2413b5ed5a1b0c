import { askHowToLeave } from './leaving';

/** What is decided where these are the answers, one after the other; null: Ctrl-C or Ctrl-D. */
const decided = (...answers: (string | null)[]) =>
  askHowToLeave(() => Promise.resolve(answers.shift() ?? null));

test.each([
  [['p'], 'pause'],
  [['what?', ' Cancel '], 'cancel'],
  [['', 'g'], null],
  [['go on'], null],
  [[null], null],
] as const)('after %j it is to: %j', async (answers, choice) => {
  expect(await decided(...answers)).toBe(choice);
});
