/*
 * Events as they were once written, one of each type and version. A fixture is frozen: a change of shape
 * is a new version with an upcaster and a fixture of its own, and never an edit of an old one.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { currentSchemaVersion } from '../../src/events/codec';
import type { EventType } from '../../src/events';

export interface EventFixture {
  readonly type: string;
  readonly schemaVersion: number;
  readonly data: unknown;
}

const folder = join(__dirname, '../fixtures/events');

/** The names of all files, `<type>.v<version>.json`. */
export const fixtureNames = (): string[] => readdirSync(folder).sort();

/** By default of the current version. */
export const fixtureOf = (
  type: string,
  version = currentSchemaVersion(type as EventType),
): EventFixture =>
  JSON.parse(
    readFileSync(join(folder, `${type}.v${String(version)}.json`), 'utf8'),
  ) as EventFixture;
