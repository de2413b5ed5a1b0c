import { eventSchemas } from '../events';
import { text } from './columns';
import { projections } from './index';
import { isCounted } from './projection';

const byName = projections.map((projection) => [projection.name, projection] as const);

test('no two projections share a name', () => {
  expect(new Set(projections.map(({ name }) => name)).size).toBe(projections.length);
});

describe.each(byName)('%s', (name, projection) => {
  const columns = Object.keys(
    projection.kind === 'entity'
      ? projection.columns
      : { ...projection.key, ...projection.measures },
  );

  test('has a name for a url and a version', () => {
    expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(projection.version).toBeGreaterThan(0);
  });

  test('is filtered, sorted and indexed by columns it has', () => {
    const named = [
      projection.time,
      projection.sort.replace('-', ''),
      ...(projection.indexes ?? []).flat(),
    ];
    expect(columns).toEqual(expect.arrayContaining(named));
  });

  test('is counted by columns that an index begins with, and that every row has', () => {
    if (!isCounted(projection)) return;
    const begun = (projection.indexes ?? []).map(([first]) => first);
    expect(begun).toEqual(expect.arrayContaining([...projection.countedBy]));
    const shapes = projection.countedBy.map((column) => projection.columns[column]);
    expect(shapes).toEqual(shapes.map(() => text()));
  });

  test('folds only events there are', () => {
    const folds =
      projection.kind === 'entity'
        ? { ...projection.opens, ...projection.changes }
        : projection.contributes;
    expect(Object.keys(eventSchemas)).toEqual(expect.arrayContaining(Object.keys(folds)));
  });

  test('has something left of void events only of types that it counts', () => {
    if (projection.kind === 'entity') return;
    const { sunk = {}, contributes } = projection;
    expect(Object.keys(contributes)).toEqual(expect.arrayContaining(Object.keys(sunk)));
  });
});
