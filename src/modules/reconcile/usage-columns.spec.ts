import { usageColumns } from './usage-columns';

test('names are known whatever their case and punctuation', () => {
  expect(
    usageColumns(['Date', 'MODEL', 'Input Tokens', 'output-tokens', 'Cost (USD)'], null),
  ).toEqual({
    columns: {
      date: 0,
      model: 1,
      calls: null,
      inputTokens: [2],
      outputTokens: 3,
      tokens: null,
      cost: 4,
      currency: null,
    },
  });
});

test('the export of a provider is read as it is', () => {
  const headers = ['start_time', 'end_time', 'start_time_iso', 'project_id', 'num_model_requests'];
  const rest = ['model', 'input_tokens', 'output_tokens', 'input_cached_tokens', 'amount_value'];
  expect(usageColumns([...headers, ...rest, 'amount_currency'], null)).toMatchObject({
    columns: { date: 2, model: 5, calls: 4, inputTokens: [6], outputTokens: 7, cost: 9 },
  });
});

test('input tokens told by how they were cached are added up', () => {
  const headers = ['usage_date_utc', 'model_version', 'usage_input_tokens_no_cache'];
  const rest = ['usage_input_tokens_cache_read', 'usage_output_tokens', 'cost_usd'];
  expect(usageColumns([...headers, ...rest], null)).toMatchObject({
    columns: { date: 0, model: 1, inputTokens: [3, 2].sort(), outputTokens: 4 },
  });
});

test('all tokens will do where input and output are not told apart', () => {
  expect(usageColumns(['day', 'model', 'total_tokens', 'cost'], null)).toMatchObject({
    columns: { inputTokens: [], outputTokens: null, tokens: 2 },
  });
});

test('every missing column is named, with the nearest that is there', () => {
  expect(usageColumns(['dat', 'modell', 'price'], null)).toEqual({
    faults: [
      expect.stringMatching(/^there is no column of the date: .*; is it "dat"\?$/),
      expect.stringMatching(/^there is no column of the model: .*; is it "modell"\?$/),
      expect.stringMatching(/^there is no column of the tokens \(or input and output\): /),
      expect.stringMatching(/^there is no column of the cost: it may be named cost, cost_usd/),
    ],
  });
});

test('a file of tokens or of costs alone is taken where that is asked for', () => {
  expect(usageColumns(['date', 'model', 'tokens'], 'tokens')).toHaveProperty('columns');
  expect(usageColumns(['date', 'model', 'tokens'], null)).toHaveProperty('faults');
  expect(usageColumns(['date', 'model', 'cost', 'tokens'], 'cost')).toMatchObject({
    columns: { cost: 2, tokens: null },
  });
});

test('a column that is there twice is told', () => {
  expect(usageColumns(['date', 'model', 'tokens', 'cost', 'Cost'], null)).toEqual({
    faults: ['the column cost is there twice'],
  });
});
