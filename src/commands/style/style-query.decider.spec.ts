import { rulesOf } from '../../../test/harness/given-when-then';
import { styleQuery } from './style-query.decider';

const { given } = rulesOf(styleQuery, {});

const fields = {
  nResults: 3,
  minScore: 0.7,
  latencyMs: 1.25,
  degraded: true,
  results: [],
  nearMisses: [],
};
const command = { type: 'RecordStandaloneStyleQuery', ...fields } as const;
const queried = {
  type: 'StyleMemoryQueried',
  data: { agent: null, textHash: null, text: null, ...fields },
} as const;

test('a query of no execution is a fact of its own', () => {
  given()
    .when({ ...command, queryId: 'q-1' })
    .then(queried);
});

test('an id stands for one query', () => {
  given(queried)
    .when(command)
    .refused('style-query-already-recorded', /queryId is taken/);
});
