import { Trouble } from './trouble';

describe('a trouble', () => {
  let told: string[];
  let trouble: Trouble;

  beforeEach(() => {
    told = [];
    trouble = new Trouble((message) => told.push(message));
  });

  it('is told once, however often it is met', () => {
    for (let round = 0; round < 3; round += 1) trouble.met(new Error('the disk is full'));
    expect(told).toEqual(['the disk is full']);
  });

  it('is told again when it is another', () => {
    for (const message of ['full', 'full', 'away', 'full']) trouble.met(new Error(message));
    expect(told).toEqual(['full', 'away', 'full']);
  });

  it('is told again when it was over in between, and says that it was', () => {
    expect(trouble.over()).toBe(false);
    trouble.met(new Error('full'));
    expect([trouble.over(), trouble.over()]).toEqual([true, false]);
    trouble.met(new Error('full'));
    expect(told).toEqual(['full', 'full']);
  });
});
