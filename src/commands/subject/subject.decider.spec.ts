import { rulesOf } from '../../../test/harness/given-when-then';
import type { SubjectCommand } from './subject.commands';
import { subject } from './subject.decider';
import type { SubjectEvent } from './subject.decider';

const forget: SubjectCommand = { type: 'ForgetSubject', subject: 'ann', reason: 'case 17' };
const forgotten = (key: number): SubjectEvent => ({
  type: 'SubjectForgotten',
  data: { reason: 'case 17', key },
});

test('somebody who has a key is forgotten', () => {
  rulesOf(subject, { newestKey: 0 }).given().when(forget).then(forgotten(0));
});

test('somebody who is forgotten is not forgotten twice, whether or not the key is gone', () => {
  rulesOf(subject, { newestKey: 0 }).given(forgotten(0)).when(forget).then();
  rulesOf(subject, { newestKey: null }).given(forgotten(0)).when(forget).then();
});

test('somebody who came back is forgotten again', () => {
  rulesOf(subject, { newestKey: 1 }).given(forgotten(0)).when(forget).then(forgotten(1));
});

test('of somebody without a key there is nothing to forget', () => {
  rulesOf(subject, { newestKey: null })
    .given()
    .when(forget)
    .refused('subject-unknown', /no event holds anything personal of ann/);
});
