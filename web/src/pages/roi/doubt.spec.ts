import { doubtOf } from './doubt';

describe('which calls the address of the ROI page asks to see', () => {
  it('is a kind, a model and an agent', () => {
    const query = { kind: 'deviating', model: 'openai/gpt-4o', agent: 'Smith, John', group: 'day' };
    expect(doubtOf(query)).toEqual({
      kind: 'deviating',
      model: 'openai/gpt-4o',
      agent: 'Smith, John',
    });
  });

  it.each([
    {},
    { model: 'gpt-4o', agent: 'writer' },
    { kind: 'unpriced', model: 'gpt-4o' },
    { kind: 'cheap', model: 'gpt-4o', agent: 'writer' },
  ])('is nothing with %j', (query) => {
    expect(doubtOf(query)).toBeNull();
  });
});
